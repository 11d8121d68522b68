using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Theories;

/// <summary>Checks of arguments, whose failures are sentences.</summary>
internal static class Require
{
    public static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw OutOfRange(value, name, "a finite number above 0");

    public static double NonNegative(double value, string name) =>
        value >= 0 && double.IsFinite(value) ? value : throw OutOfRange(value, name, "a finite number of at least 0");

    public static double InRange(double value, RangeAttribute? range, string name) =>
        double.IsFinite(value) && (range is null || OptionProperty.Contains(range, value))
            ? value
            : throw OutOfRange(value, name, $"a finite number{OptionProperty.Describe(range)}");

    public static double Open(double value, double lower, double upper, string name) =>
        value > lower && value < upper ? value : throw OutOfRange(value, name, $"a number between {lower} and {upper}, both excluded");

    public static int AtLeast(int value, int lower, string name) =>
        value >= lower ? value : throw OutOfRange(value, name, $"a whole number of at least {lower}");

    public static int Skill(int value, int skills) =>
        value >= 1 && value <= skills ? value : throw OutOfRange(value, "skill", $"a skill between 1 and {skills}");

    /// <summary>Times of a trajectory: at least 0, finite, in order.</summary>
    public static void Ordered(ReadOnlySpan<double> at, string name)
    {
        double previous = 0;
        foreach (var t in at)
        {
            if (!(t >= previous) || !double.IsFinite(t))
            {
                throw OutOfRange(t, name, $"finite numbers of at least 0 in increasing order (the one before is {previous})");
            }

            previous = t;
        }
    }

    public static ArgumentOutOfRangeException OutOfRange(object value, string name, string expected) =>
        new(null, FormattableString.Invariant($"Got {value} for `{name}`; expected {expected}."));
}

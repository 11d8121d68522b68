using System.Globalization;

namespace SkillTorch.Analysis;

/// <summary>Compares the sweep values of trials, fits and analysis values.</summary>
internal static class Sweeps
{
    /// <summary>A sweep value as a number; NaN if it is none.</summary>
    public static double Number(object value) =>
        value is IConvertible and not string and not bool
            ? Convert.ToDouble(value, CultureInfo.InvariantCulture)
            : double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    /// <summary>The value of a key; false if the sweep lacks it.</summary>
    public static bool TryGet(IReadOnlyList<KeyValuePair<string, object>> sweep, string key, out object value)
    {
        foreach (var pair in sweep)
            if (pair.Key == key)
            {
                value = pair.Value;
                return true;
            }
        value = "";
        return false;
    }

    /// <summary>Whether a sweep has the given numbers at the given keys; see <see cref="AreEqual"/>.</summary>
    public static bool Matches(IReadOnlyList<KeyValuePair<string, object>> sweep, IReadOnlyDictionary<string, double> at) =>
        at.All(a => TryGet(sweep, a.Key, out var value) && AreEqual(Number(value), a.Value));

    /// <summary>Whether a swept number is the given one, to a relative accuracy of 1e-9.</summary>
    public static bool AreEqual(double swept, double given) => Math.Abs(swept - given) <= 1e-9 * Math.Abs(given);

    /// <summary>Whether two sweeps agree on every key that both have, but for the keys excepted.</summary>
    public static bool Compatible(
        IReadOnlyList<KeyValuePair<string, object>> a, IReadOnlyList<KeyValuePair<string, object>> b, IEnumerable<string>? except = null) =>
        a.All(pair => except?.Contains(pair.Key) == true || !TryGet(b, pair.Key, out var other) || Id(pair.Value) == Id(other));

    /// <summary>A sweep without some of its keys.</summary>
    public static IReadOnlyList<KeyValuePair<string, object>> Without(IReadOnlyList<KeyValuePair<string, object>> sweep, Func<string, bool> drop) =>
        [.. sweep.Where(pair => !drop(pair.Key))];

    /// <summary>Text that two sweeps share if and only if they are equal.</summary>
    public static string Id(IReadOnlyList<KeyValuePair<string, object>> sweep) =>
        string.Join('\n', sweep.Select(pair => $"{pair.Key}={Id(pair.Value)}"));

    // 1 and 1.0, however boxed, are the same value.
    private static string Id(object value) =>
        Number(value) is var number && double.IsNaN(number) ? value.ToString() ?? "" : number.ToString("R", CultureInfo.InvariantCulture);
}

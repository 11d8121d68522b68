using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace SkillTorch.Theories;

/// <summary>
/// Makes an option of a theory a parameter that a fit may vary, and says where a search makes sense; the domain of the option is its
/// <see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/>.
/// </summary>
/// <param name="lower">Lower end of the search.</param>
/// <param name="upper">Upper end of the search.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FitRangeAttribute(double lower, double upper) : Attribute
{
    /// <summary>Lower end of the search.</summary>
    public double Lower { get; } = lower;

    /// <summary>Upper end of the search.</summary>
    public double Upper { get; } = upper;

    /// <summary>Whether the search runs over the value itself, not over its logarithm.</summary>
    public bool Linear { get; init; }
}

/// <summary>A parameter that a fit may vary, with the range in which a search makes sense.</summary>
/// <param name="Name">Name in a config, in camelCase.</param>
/// <param name="Value">Present value.</param>
/// <param name="Lower">Lower end of the search.</param>
/// <param name="Upper">Upper end of the search.</param>
/// <param name="Logarithmic">Whether the search runs over the logarithm.</param>
public sealed record TheoryParameter(string Name, double Value, double Lower, double Upper, bool Logarithmic = true);

/// <summary>An option that has a <see cref="FitRangeAttribute"/>.</summary>
internal sealed class FitOption
{
    private static readonly ConcurrentDictionary<Type, FitOption[]> Cache = new();

    private readonly OptionProperty option;
    private readonly FitRangeAttribute range;

    private FitOption(OptionProperty option, FitRangeAttribute range) => (this.option, this.range) = (option, range);

    /// <summary>Name in a config, in camelCase.</summary>
    public string Name => option.Name;

    /// <summary>Those of a record, in the order of its options.</summary>
    /// <param name="type">An options record.</param>
    public static IReadOnlyList<FitOption> From(Type type) =>
        Cache.GetOrAdd(
            type,
            static t =>
                [
                    .. from option in OptionProperty.From(t)
                    let range = option.Property.GetCustomAttribute<FitRangeAttribute>()
                    where range is not null
                    select new FitOption(option, range),
                ]
        );

    /// <summary>The parameter at its present value.</summary>
    /// <param name="record">The record; its option has a value.</param>
    /// <param name="unit">What the ends of the search are multiplied by.</param>
    /// <param name="name">Name of the parameter where it is not the option's.</param>
    public TheoryParameter Describe(object record, double unit = 1, string? name = null) =>
        new(
            name ?? Name,
            Convert.ToDouble(option.Property.GetValue(record), CultureInfo.InvariantCulture),
            range.Lower * unit,
            range.Upper * unit,
            Logarithmic: !range.Linear
        );

    /// <summary>Sets the option of a copy that nobody else has seen.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="value">The value.</param>
    /// <param name="name">Name of the parameter where it is not the option's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the option's domain.</exception>
    public void Set(object copy, double value, string? name = null) =>
        option.Property.SetValue(copy, Require.InRange(value, option.Range, name ?? Name));
}

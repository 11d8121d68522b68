using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkillTorch;

/// <summary>One option of an options record, as binder, hash, schema and lists see it.</summary>
internal sealed class OptionProperty
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionProperty>> Cache = new();

    private OptionProperty(PropertyInfo property, NullabilityInfo nullability, ParameterInfo? parameter, object? defaults)
    {
        Property = property;
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Nullability = nullability;
        Required = property.IsDefined(typeof(RequiredMemberAttribute)) || parameter is { HasDefaultValue: false };
        Default =
            Required ? null
            : parameter is null
                ? defaults is null ? null
                    : property.GetValue(defaults)
            : parameter.DefaultValue;
        Stackable = property.IsDefined(typeof(StackableAttribute));
        Range = property.GetCustomAttribute<RangeAttribute>();
        Omitted = property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition ?? JsonIgnoreCondition.Never;
        Section = property.DeclaringType!.IsDefined(typeof(FamilyAttribute), inherit: false) ? property.DeclaringType : null;
    }

    /// <summary>The record's property.</summary>
    public PropertyInfo Property { get; }

    /// <summary>Name in an experiment file (camelCase).</summary>
    public string Name { get; }

    /// <summary>The type and which of its parts may be null.</summary>
    public NullabilityInfo Nullability { get; }

    /// <summary>Whether a file must give it.</summary>
    public bool Required { get; }

    /// <summary>Value where a file gives none; null if it is required.</summary>
    public object? Default { get; }

    /// <summary>Whether it may differ inside a stack.</summary>
    public bool Stackable { get; }

    /// <summary>Allowed numbers, of the value or of a list's elements; null if any.</summary>
    public RangeAttribute? Range { get; }

    /// <summary>The family on whose base record the option is declared; null if a kind has it of its own.</summary>
    public Type? Section { get; }

    /// <summary>
    /// Whether a value is not written, null or its default: of an option that came later, so that trials without it keep the hash they
    /// had.
    /// </summary>
    /// <param name="value">The option's value.</param>
    public bool Omits(object? value) =>
        Omitted switch
        {
            JsonIgnoreCondition.WhenWritingNull => value is null,
            JsonIgnoreCondition.WhenWritingDefault => Equals(value, Default),
            _ => false,
        };

    private JsonIgnoreCondition Omitted { get; }

    /// <summary>The options of a record, the base record's first.</summary>
    /// <param name="type">An options record.</param>
    public static IReadOnlyList<OptionProperty> From(Type type) =>
        Cache.GetOrAdd(
            type,
            static t =>
            {
                var context = new NullabilityInfoContext();
                var parameters = Positional(t)?.GetParameters() ?? [];
                var defaults = t.IsAbstract || parameters.Length > 0 ? null : Activator.CreateInstance(t);
                return
                [
                    .. t.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                        .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)
                        .OrderBy(p => Depth(p.GetMethod!.GetBaseDefinition().DeclaringType!))
                        .Select(p => new OptionProperty(p, context.Create(p), parameters.FirstOrDefault(q => q.Name == p.Name), defaults)),
                ];
            }
        );

    /// <summary>
    /// The options that a record has in one section of an experiment. A kind of several families, such as a theory, which is a model
    /// as well, has those that it declares in all of them, and those of a family's base record in that family's section alone.
    /// </summary>
    /// <param name="type">An options record.</param>
    /// <param name="family">Base record of the section's family; any other type or null for all options.</param>
    public static IReadOnlyList<OptionProperty> From(Type type, Type? family) =>
        family?.IsDefined(typeof(FamilyAttribute), inherit: false) == true
            ? [.. From(type).Where(o => o.Section is null || o.Section == family)]
            : From(type);

    /// <summary>Makes a record from its options' values; those that are missing have their defaults.</summary>
    /// <param name="type">An options record.</param>
    /// <param name="values">Values by the name of the option.</param>
    /// <exception cref="TargetInvocationException">The record refuses the values.</exception>
    public static object Make(Type type, IReadOnlyDictionary<string, object?> values)
    {
        var constructor = Positional(type);
        var parameters = constructor?.GetParameters() ?? [];
        var options = From(type);
        var record =
            constructor?.Invoke([
                .. parameters.Select(p =>
                    options.First(o => o.Property.Name == p.Name) is var o && values.TryGetValue(o.Name, out var value) ? value : o.Default
                ),
            ])
            ?? Activator.CreateInstance(type)!;
        foreach (var option in options.Where(o => parameters.All(p => p.Name != o.Property.Name)))
        {
            if (values.TryGetValue(option.Name, out var value))
                option.Property.SetValue(record, value);
        }

        return record;
    }

    private static ConstructorInfo? Positional(Type type) =>
        type.GetConstructor(Type.EmptyTypes) is not null ? null : type.GetConstructors().MaxBy(c => c.GetParameters().Length);

    /// <summary>Whether a type is a record of options: its keys are known, unlike those of a dictionary or of free JSON.</summary>
    public static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    /// <summary>Whether a number lies within a range, with its exclusive ends.</summary>
    public static bool Contains(RangeAttribute range, double value)
    {
        var (low, high) = Ends(range);
        return (range.MinimumIsExclusive ? value > low : value >= low) && (range.MaximumIsExclusive ? value < high : value <= high);
    }

    /// <summary>A range in words after a noun, e.g. <c> of at least 1</c>; empty if there is none.</summary>
    public static string Describe(RangeAttribute? range)
    {
        if (range is null)
            return "";
        var (low, high) = Ends(range);
        var (from, to) = (Number(low), Number(high));
        return (IsOpen(low), IsOpen(high), range.MinimumIsExclusive, range.MaximumIsExclusive) switch
        {
            (true, true, _, _) => "",
            (false, true, false, _) => $" of at least {from}",
            (false, true, true, _) => $" above {from}",
            (true, false, _, false) => $" of at most {to}",
            (true, false, _, true) => $" below {to}",
            (_, _, false, false) => $" from {from} to {to}",
            (_, _, true, false) => $" above {from}, up to {to}",
            (_, _, false, true) => $" from {from}, below {to}",
            _ => $" between {from} and {to}, both excluded",
        };
    }

    /// <summary>The two ends of a range.</summary>
    public static (double Low, double High) Ends(RangeAttribute range) =>
        (Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));

    /// <summary>Whether an end of a range stands for "any".</summary>
    public static bool IsOpen(double end) => Math.Abs(end) >= int.MaxValue;

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static int Depth(Type type) => type.BaseType is null ? 0 : 1 + Depth(type.BaseType);
}

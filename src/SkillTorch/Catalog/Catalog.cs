using System.Collections.Concurrent;
using System.Reflection;

namespace SkillTorch;

/// <summary>
/// What an experiment file can name: every options record with a <see cref="KindAttribute"/>, by family. The shipped
/// ones are found by reflection; your own join them by <see cref="Register{T}"/>.
/// </summary>
/// <example><code>
/// [Kind("my-optimizer")]
/// public sealed record MyOptimizerOptions : OptimizerOptions { … }
///
/// Catalog.Register&lt;MyOptimizerOptions&gt;();   // from now on { "kind": "my-optimizer" } is an optimizer
/// </code></example>
public static class Catalog
{
    private static readonly ConcurrentDictionary<Type, string> Names = new(
        typeof(Catalog)
            .Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.IsDefined(typeof(KindAttribute)))
            .Select(t => KeyValuePair.Create(t, t.GetCustomAttribute<KindAttribute>()!.Name))
    );

    /// <summary>The families, in the order of an experiment file.</summary>
    public static IReadOnlyList<Family> Families { get; } =
    [
        .. from type in typeof(Catalog).Assembly.GetTypes()
        let family = type.GetCustomAttribute<FamilyAttribute>(inherit: false)
        where family is not null
        orderby family.Place
        select new Family(family.Name, family.Plural, type),
    ];

    /// <summary>Adds an options record of your own.</summary>
    /// <typeparam name="T">A record with a <see cref="KindAttribute"/> that derives from a family's base record.</typeparam>
    /// <exception cref="ArgumentException">The record has no kind, belongs to no family, or its kind is taken.</exception>
    public static void Register<T>()
        where T : class
    {
        var type = typeof(T);
        var kind =
            type.GetCustomAttribute<KindAttribute>()?.Name
            ?? throw new ArgumentException($"Got {type.Name}, which has no [Kind(\"…\")]; expected an options record that names its kind.");
        var families = Families.Where(f => type.IsAssignableTo(f.BaseType)).ToArray();
        if (families.Length == 0)
        {
            throw new ArgumentException(
                $"Got {type.Name}; expected a record that derives from {string.Join(", ", Families.Select(f => f.BaseType.Name))}."
            );
        }

        if (families.Select(f => Find(f.BaseType, kind)).FirstOrDefault(t => t is not null && t != type) is { } taken)
            throw new ArgumentException($"Got {type.Name} of kind \"{kind}\"; expected a kind other than that of {taken.Name}.");
        Names[type] = kind;
    }

    /// <summary>The kinds of a family, by name.</summary>
    /// <param name="family">A family's name, e.g. <c>optimizer</c>.</param>
    /// <returns>The kinds with their options.</returns>
    /// <exception cref="ArgumentException">There is no such family.</exception>
    public static IReadOnlyList<KindInfo> Kinds(string family)
    {
        var found =
            Families.FirstOrDefault(f => f.Name == family || f.Plural == family)
            ?? throw new ArgumentException(
                $"Got \"{family}\" for a family; expected one of {string.Join(", ", Families.Select(f => f.Name))}."
            );
        return [.. Kinds(found.BaseType).Select(k => KindInfo.Create(found, k.Kind, k.Type))];
    }

    /// <summary>One kind of a family.</summary>
    /// <param name="family">A family's name, e.g. <c>optimizer</c> or <c>optimizers</c>.</param>
    /// <param name="kind">A kind's name, e.g. <c>adam</c>.</param>
    /// <exception cref="ArgumentException">There is no such family.</exception>
    /// <exception cref="ConfigException">The family has no such kind.</exception>
    public static KindInfo Kind(string family, string kind)
    {
        var kinds = Kinds(family);
        var names = kinds.Select(k => k.Kind);
        return kinds.FirstOrDefault(k => k.Kind == kind)
            ?? throw new ConfigException(new ConfigProblem(family, $"\"{kind}\"", OptionText.OneOf(names), NearestName.Find(kind, names)));
    }

    /// <summary>The name by which an experiment file selects an options record.</summary>
    /// <param name="options">An options record of a kind.</param>
    /// <returns>The kind's name.</returns>
    /// <exception cref="ArgumentException">The record has no kind.</exception>
    public static string KindOf(object options) =>
        KindOf(options.GetType())
        ?? throw new ArgumentException($"Got {options.GetType().Name}, which has no kind; expected a registered options record.");

    internal static string? KindOf(Type type) => Names.GetValueOrDefault(type) ?? type.GetCustomAttribute<KindAttribute>()?.Name;

    internal static Type? Find(Type baseType, string kind) => Kinds(baseType).FirstOrDefault(k => k.Kind == kind).Type;

    internal static IEnumerable<(string Kind, Type Type)> Kinds(Type baseType) =>
        Names.Where(n => n.Key.IsAssignableTo(baseType)).Select(n => (n.Value, n.Key)).OrderBy(n => n.Value, StringComparer.Ordinal);
}

/// <summary>A family of kinds: one section of an experiment file.</summary>
/// <param name="Name">Name of one member, e.g. <c>theory</c>.</param>
/// <param name="Plural">Name of all, e.g. <c>theories</c>.</param>
/// <param name="BaseType">The base record of its options.</param>
public sealed record Family(string Name, string Plural, Type BaseType);

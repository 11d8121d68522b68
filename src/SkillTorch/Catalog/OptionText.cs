using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch;

/// <summary>The words for types and values in messages and lists.</summary>
internal static class OptionText
{
    private const int LongestValue = 60;

    /// <summary>What an option takes, e.g. <c>an integer of at least 1, or null</c>.</summary>
    public static string Expected(NullabilityInfo info, RangeAttribute? range = null)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        var words = type switch
        {
            _ when type == typeof(string) => "a string",
            _ when type == typeof(bool) => "true or false",
            _ when IsInteger(type) => $"an integer{Range(type, range)}",
            _ when type == typeof(double) || type == typeof(float) => $"a number{OptionProperty.Describe(range)}",
            { IsEnum: true } => OneOf(EnumNames(type)),
            _ when type == typeof(JsonArray) => "a list",
            _ when type.IsAssignableTo(typeof(JsonNode)) => "an object",
            _ when ElementOf(info) is { } element => $"a list, each element {Expected(element, range)}",
            _ when ValueOf(info) is { } value => $"an object, each value {Expected(value, range)}",
            { IsAbstract: true } => $"an object whose kind is {OneOf(Catalog.Kinds(type).Select(k => k.Kind))}",
            _ => "an object",
        };
        return MayBeNull(info) ? $"{words}, or null" : words;
    }

    /// <summary>A choice among names.</summary>
    public static string OneOf(IEnumerable<string> names) => $"one of {string.Join(", ", names)}";

    /// <summary>A value as it reads in the file, cut where it is long.</summary>
    public static string Found(JsonNode? node)
    {
        var text = node?.ToJsonString(Relaxed) ?? "null";
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }

    /// <summary>Names of an enumeration's values in a file.</summary>
    public static IEnumerable<string> EnumNames(Type type) => Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName);

    /// <summary>Whether null may stand there.</summary>
    public static bool MayBeNull(NullabilityInfo info) =>
        Nullable.GetUnderlyingType(info.Type) is not null || (!info.Type.IsValueType && info.WriteState == NullabilityState.Nullable);

    /// <summary>Whether a type holds whole numbers.</summary>
    public static bool IsInteger(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(ulong);

    /// <summary>The element type of a list; null if the type is no list.</summary>
    public static NullabilityInfo? ElementOf(NullabilityInfo info) =>
        info.Type.IsGenericType && info.Type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? info.GenericTypeArguments[0] : null;

    /// <summary>The value type of a dictionary by name; null if the type is none.</summary>
    public static NullabilityInfo? ValueOf(NullabilityInfo info) =>
        info.Type.IsGenericType && info.Type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            ? info.GenericTypeArguments[1]
            : null;

    internal static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Range(Type type, RangeAttribute? range) =>
        range is null && type == typeof(ulong) ? " of at least 0" : OptionProperty.Describe(range);
}

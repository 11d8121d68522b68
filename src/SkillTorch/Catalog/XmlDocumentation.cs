using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace SkillTorch;

/// <summary>
/// Summaries from the XML documentation file beside an assembly: what the source says of an option is what the user
/// reads. Without the file every text is empty.
/// </summary>
internal static partial class XmlDocumentation
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Files = new();

    /// <summary>Summary of a type as plain text.</summary>
    public static string ReadSummary(Type type) => Find(type, $"T:{type.FullName?.Replace('+', '.')}");

    /// <summary>Summary of a property as plain text; an overriding property without one has its base's.</summary>
    public static string ReadSummary(PropertyInfo property)
    {
        for (var type = property.DeclaringType; type is not null; type = type.BaseType)
        {
            if (type.GetProperty(property.Name) is null)
                break;
            var text = Find(type, $"P:{type.FullName?.Replace('+', '.')}.{property.Name}");
            if (text != "")
                return text;
        }
        return "";
    }

    /// <summary>Summary of an enumeration's value as plain text.</summary>
    public static string ReadSummary(Type type, string field) => Find(type, $"F:{type.FullName?.Replace('+', '.')}.{field}");

    private static string Find(Type type, string member) => Files.GetOrAdd(type.Assembly, Load).GetValueOrDefault(member, "");

    private static IReadOnlyDictionary<string, string> Load(Assembly assembly)
    {
        // Beside the program: also where that is one file, into which assemblies are packed and documentation is not.
        var file = Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        if (!File.Exists(file))
            return new Dictionary<string, string>();
        try
        {
            return XDocument
                .Load(file)
                .Descendants("member")
                .Where(m => m.Attribute("name") is not null && m.Element("summary") is not null)
                .ToDictionary(m => m.Attribute("name")!.Value, m => Text(m.Element("summary")!));
        }
        catch (XmlException)
        {
            return new Dictionary<string, string>();
        }
    }

    private static string Text(XElement summary) => Spaces().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "seealso" } see when see.IsEmpty => Reference(see),
            XElement { Name.LocalName: "paramref" or "typeparamref" } name => name.Attribute("name")?.Value ?? "",
            XElement other => string.Concat(other.Nodes().Select(Text)) + (other.Name.LocalName == "para" ? " " : ""),
            _ => "",
        };

    /// <summary>A reference reads as the user would write it: a property by its name in the file, a kind by its name.</summary>
    private static string Reference(XElement see)
    {
        var target = see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? see.Attribute("href")?.Value ?? "";
        if (target.Length < 2 || target[1] != ':')
            return target;
        var name = target.Split('(')[0].Split('.')[^1];
        return target[0] switch
        {
            'P' => JsonNamingPolicy.CamelCase.ConvertName(name),
            'F' => JsonNamingPolicy.KebabCaseLower.ConvertName(name),
            _ => name,
        };
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

using System.Text.Json.Nodes;

namespace SkillTorch;

/// <summary>A kind and its options, in the words of its source.</summary>
/// <param name="Family">Name of its family, e.g. <c>optimizer</c>.</param>
/// <param name="Kind">Name in an experiment file, e.g. <c>adam</c>.</param>
/// <param name="Type">The options record.</param>
/// <param name="Summary">What it is; empty where the XML documentation file is missing.</param>
/// <param name="Options">Its options, those that the family shares first.</param>
public sealed record KindInfo(string Family, string Kind, Type Type, string Summary, IReadOnlyList<OptionInfo> Options)
{
    internal static KindInfo Create(Family family, string kind, Type type) =>
        new KindInfo(
            family.Name,
            kind,
            type,
            XmlDocumentation.ReadSummary(type),
            [
                .. OptionProperty
                    .From(type, family.BaseType)
                    .Select(p => new OptionInfo(
                        p.Name,
                        OptionText.Expected(p.Nullability, p.Range),
                        OptionsWriter.Write(p.Default),
                        p.Required,
                        p.Stackable,
                        XmlDocumentation.ReadSummary(p.Property)
                    )),
            ]
        );
}

/// <summary>An option of a kind.</summary>
/// <param name="Name">Key in the section, e.g. <c>learningRate</c>.</param>
/// <param name="Type">Type and range in words, e.g. <c>a number of at least 0</c>.</param>
/// <param name="Default">Value where the file gives none; null if that is null, or if the option is required.</param>
/// <param name="Required">Whether a file must give it.</param>
/// <param name="Stackable">Whether trials that differ in it train in one stack.</param>
/// <param name="Description">What it is; empty where the XML documentation file is missing.</param>
public sealed record OptionInfo(string Name, string Type, JsonNode? Default, bool Required, bool Stackable, string Description);

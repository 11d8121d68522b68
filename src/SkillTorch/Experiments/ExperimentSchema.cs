using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>The JSON schema (draft 7) of experiment files, made from the same records that read them: for editors.</summary>
public static class ExperimentSchema
{
    private const string Override = ".override";

    private static readonly JsonSerializerOptions Indented = new(OptionText.Relaxed) { WriteIndented = true };

    /// <summary>The schema as the text of <c>configs/schema.json</c>.</summary>
    public static string WriteText() => Create().ToJsonString(Indented) + "\n";

    /// <summary>The schema.</summary>
    public static JsonObject Create()
    {
        var definitions = new JsonObject();
        foreach (var family in Catalog.Families)
            Define(family, definitions);
        definitions["range"] = DescribeRecord(typeof(SweepRange), null);
        definitions["profile"] = DescribePartial(OptionProperty.From(typeof(Experiment)).Where(p => p.Name is not ("tag" or "profiles")));

        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = "SkillTorch experiment" };
        foreach (var (key, value) in DescribeRecord(typeof(Experiment), null))
            schema[key] = value?.DeepClone();
        var properties = schema["properties"]!.AsObject();
        properties[ExperimentFile.SchemaKey] = new JsonObject { ["type"] = "string" };
        properties[ExperimentFile.RunKey] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "How the run went; in the experiment.json of a run.",
        };
        properties["cases"]!["items"] = DescribeCase();
        properties["sweep"]!["additionalProperties"] = DescribeSweptValues();
        properties["profiles"]!["additionalProperties"] = ReferTo("profile");
        AddFigure(properties);
        AddFigure(definitions["profile"]!["properties"]!.AsObject());
        definitions["profile"]!["properties"]!["cases"]!["items"] = DescribeCase();
        schema["definitions"] = definitions;
        return schema;
    }

    private static void Define(Family family, JsonObject definitions)
    {
        var kinds = Catalog.Kinds(family.BaseType).ToArray();
        definitions[family.Name] = new JsonObject
        {
            ["anyOf"] = new JsonArray([.. kinds.Select(k => (JsonNode)ReferTo($"{family.Name}.{k.Kind}"))]),
        };
        foreach (var (kind, type) in kinds)
            definitions[$"{family.Name}.{kind}"] = DescribeRecord(type, kind, family.BaseType);
        if (!ExperimentPlan.Sections.Contains(family.Name))
            return;

        // An override has some of the options of any kind; which kind it is laid over only the program can tell.
        var partial = DescribePartial(kinds.SelectMany(k => OptionProperty.From(k.Type, family.BaseType)));
        partial["properties"]!["kind"] = new JsonObject { ["enum"] = new JsonArray([.. kinds.Select(k => (JsonNode)k.Kind)]) };
        definitions[family.Name + Override] = partial;
    }

    private static JsonObject DescribeRecord(Type type, string? kind, Type? family = null)
    {
        var options = OptionProperty.From(type, family);
        var properties = new JsonObject();
        if (kind is not null)
            properties["kind"] = new JsonObject { ["enum"] = new JsonArray(kind) };
        foreach (var option in options)
            properties[option.Name] = DescribeOption(option, OptionsWriter.Write(option.Default));
        var required = (kind is null ? [] : new[] { "kind" }).Concat(options.Where(o => o.Required).Select(o => o.Name)).ToArray();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        if (XmlDocumentation.ReadSummary(type) is { Length: > 0 } summary)
            schema["description"] = summary;
        if (required.Length > 0)
            schema["required"] = new JsonArray([.. required.Select(r => (JsonNode)r)]);
        return schema;
    }

    /// <summary>Any of some options, none required; where kinds share a name, either's type.</summary>
    private static JsonObject DescribePartial(IEnumerable<OptionProperty> options)
    {
        var properties = new JsonObject();
        foreach (var group in options.GroupBy(o => o.Name))
        {
            var types = new List<JsonObject>();
            foreach (var type in group.Select(o => DescribeOverride(o)))
            {
                if (!types.Any(t => JsonNode.DeepEquals(t, type)))
                    types.Add(type);
            }

            properties[group.Key] = types.Count == 1 ? types[0] : new JsonObject { ["anyOf"] = new JsonArray([.. types]) };
        }
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject DescribeOverride(OptionProperty option)
    {
        if (!ExperimentPlan.Sections.Contains(option.Name) || !OptionProperty.IsRecord(option.Nullability.Type))
            return DescribeOption(option, null);
        return option.Nullability.Type.IsAbstract
            ? ReferTo(option.Name + Override)
            : DescribePartial(OptionProperty.From(option.Nullability.Type));
    }

    private static JsonObject DescribeCase()
    {
        var schema = DescribePartial(OptionProperty.From(typeof(Experiment)).Where(p => ExperimentPlan.CaseKeys.Contains(p.Name)));
        schema["properties"]!["sweep"]!["additionalProperties"] = DescribeSweptValues();
        schema["properties"]!["label"] = new JsonObject
        {
            ["type"] = "string",
            ["minLength"] = 1,
            ["description"] = "Name of the case in tables and figures.",
        };
        schema["required"] = new JsonArray("label");
        return schema;
    }

    // In a file, a figure may be the name of another file; when the file has been read it is that file's content.
    private static void AddFigure(JsonObject properties)
    {
        properties["figure"]!["type"] = new JsonArray("object", "string", "null");
        properties["figure"]!["pattern"] = Regex.Escape(FigureFile.Ending) + "$";
    }

    private static JsonObject DescribeSweptValues() =>
        new() { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array", ["minItems"] = 1 }, ReferTo("range")) };

    private static JsonObject DescribeOption(OptionProperty option, JsonNode? byDefault)
    {
        var schema = DescribeType(option.Nullability, option.Range);
        if (XmlDocumentation.ReadSummary(option.Property) is { Length: > 0 } description)
            schema["description"] = description;
        if (byDefault is JsonValue)
            schema["default"] = byDefault;
        return schema;
    }

    private static JsonObject DescribeType(NullabilityInfo info, RangeAttribute? range)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        var schema = type switch
        {
            _ when OptionText.ElementOf(info) is { } element => new JsonObject
            {
                ["type"] = "array",
                ["items"] = DescribeType(element, range),
            },
            _ when OptionText.ValueOf(info) is { } value => new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = DescribeType(value, range),
            },
            _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(JsonArray) => new JsonObject { ["type"] = "array" },
            _ when type == typeof(JsonObject) => new JsonObject { ["type"] = "object" },
            _ when type.IsAssignableTo(typeof(JsonNode)) => [],
            { IsEnum: true } => new JsonObject { ["enum"] = new JsonArray([.. OptionText.EnumNames(type).Select(n => (JsonNode)n)]) },
            { IsPrimitive: true } => DescribeNumber(type, range),
            { IsAbstract: true } => ReferTo(Catalog.Families.First(f => f.BaseType == type).Name),
            _ => DescribeRecord(type, null),
        };
        return OptionText.MayBeNull(info) ? AllowNull(schema) : schema;
    }

    private static JsonObject DescribeNumber(Type type, RangeAttribute? range)
    {
        var schema = new JsonObject { ["type"] = OptionText.IsInteger(type) ? "integer" : "number" };
        if (range is null && type == typeof(ulong))
            schema["minimum"] = 0;
        if (range is null)
            return schema;
        var (low, high) = OptionProperty.Ends(range);
        if (!OptionProperty.IsOpen(low))
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = low;
        if (!OptionProperty.IsOpen(high))
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = high;
        return schema;
    }

    private static JsonObject AllowNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
            return schema;
        }
        return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }

    private static JsonObject ReferTo(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };
}

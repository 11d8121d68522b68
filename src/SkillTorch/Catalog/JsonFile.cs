using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch;

/// <summary>Reads the JSON files that users write: comments and trailing commas are allowed, a key twice is not.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Syntax = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads a file that holds one object.</summary>
    /// <param name="file">The file; it exists.</param>
    /// <param name="example">What an object of this kind looks like, for the message.</param>
    /// <exception cref="ConfigException">It is no JSON, or no object.</exception>
    public static JsonObject Read(string file, string example)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return JsonNode.Parse(stream, documentOptions: Syntax) as JsonObject
                ?? throw Syntactic(file, $"{file}: The file holds no JSON object; expected {example}.");
        }
        catch (JsonException e)
        {
            var what = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');
            var where = e.LineNumber is null ? "" : $", line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}";
            throw Syntactic(file, $"{file}{where}: not valid JSON: {what}.");
        }
    }

    private static ConfigException Syntactic(string file, string sentence) => new(new ConfigProblem(file, "", "") { Sentence = sentence });
}

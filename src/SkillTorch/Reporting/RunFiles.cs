using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch.Reporting;

/// <summary>Reads the JSON files of a run directory.</summary>
internal static class RunFiles
{
    /// <summary>experiment.json of a run.</summary>
    /// <exception cref="InvalidDataException">There is none, so the folder is no run directory, or it is no JSON object.</exception>
    public static JsonObject ReadExperiment(string runDirectory)
    {
        var path = Path.Combine(runDirectory, "experiment.json");
        return File.Exists(path)
            ? Read(path) as JsonObject
                ?? throw new InvalidDataException($"Got no JSON object in `{path}`; expected the resolved experiment.")
            : throw new InvalidDataException($"Got `{runDirectory}`; expected a run directory, but it has no experiment.json.");
    }

    /// <summary>A JSON file with an array of objects; an absent file is an empty array.</summary>
    /// <exception cref="InvalidDataException">It is no JSON array.</exception>
    public static JsonArray ReadArray(string path) =>
        !File.Exists(path)
            ? []
            : Read(path) as JsonArray ?? throw new InvalidDataException($"Got no JSON array in `{path}`; expected an array of objects.");

    private static JsonNode? Read(string path)
    {
        try
        {
            return JsonNode.Parse(AtomicFile.Guard(path, () => File.ReadAllText(path), "read"));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"`{path}` is no JSON: {e.Message}", e);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Analysis;

namespace SkillTorch.Reporting;

/// <summary>claims.json of a run directory: the claims and what the run says of them.</summary>
public static class ClaimsFile
{
    /// <summary>Name of the file.</summary>
    public const string Name = "claims.json";

    /// <summary>Writes verdicts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="claims">The verdicts.</param>
    public static void Write(string path, IEnumerable<ClaimVerdict> claims) =>
        AtomicFile.WriteJson(
            path,
            new JsonArray([
                .. claims.Select(claim =>
                {
                    var json = new JsonObject
                    {
                        ["id"] = claim.Id,
                        ["statement"] = claim.Statement,
                        ["quantity"] = claim.Quantity,
                        ["value"] = claim.Value is { } value && double.IsFinite(value) ? value : null,
                        ["within"] = new JsonArray(claim.Low, claim.High),
                        ["verdict"] = InWords(claim.Verdict),
                        ["profile"] = claim.Profile,
                    };
                    if (claim.Note is not null)
                        json["note"] = claim.Note;
                    return json;
                }),
            ])
        );

    /// <summary>Reads the verdicts of a run.</summary>
    /// <param name="directory">The run directory.</param>
    /// <exception cref="InvalidDataException">The directory has no verdicts, or the file is damaged.</exception>
    public static IReadOnlyList<ClaimVerdict> Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path))
            throw new InvalidDataException($"Got `{directory}`; expected the directory of a finished run, but it has no {Name}.");
        try
        {
            return
            [
                .. JsonNode
                    .Parse(File.ReadAllBytes(path))!
                    .AsArray()
                    .Select(c => new ClaimVerdict(
                        (string)c!["id"]!,
                        (string)c["statement"]!,
                        (string)c["quantity"]!,
                        (double?)c["value"],
                        (double?)c["within"]![0],
                        (double?)c["within"]![1],
                        Enum.GetValues<Verdict>().Single(v => InWords(v) == (string)c["verdict"]!),
                        (string?)c["profile"],
                        (string?)c["note"]
                    )),
            ];
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or ArgumentException or NullReferenceException or FormatException)
        {
            throw new InvalidDataException($"Got a damaged file `{path}`; expected the claims of a run.", e);
        }
    }

    /// <summary>A verdict as users read it.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string InWords(Verdict verdict) =>
        verdict switch
        {
            Verdict.Holds => "holds",
            Verdict.Fails => "fails",
            _ => "not measured",
        };
}

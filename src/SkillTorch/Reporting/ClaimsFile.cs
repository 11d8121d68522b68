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
    public static void Write(string path, IEnumerable<ClaimVerdict> claims) => AtomicFile.WriteJson(path, ToJson(claims));

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
            return FromJson(JsonNode.Parse(AtomicFile.Guard(path, () => File.ReadAllBytes(path), "read")));
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new InvalidDataException($"Got a damaged file `{path}`; expected the claims of a run.", e);
        }
    }

    /// <summary>Verdicts as the file has them.</summary>
    internal static JsonArray ToJson(IEnumerable<ClaimVerdict> claims) =>
        new([
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
                if (claim.Published is { } published)
                    json["published"] = published;
                if (claim.ValueInterval is { } interval)
                    json["valueInterval"] = Ends(interval);
                if (claim.Seeds is { } seeds)
                {
                    json["seeds"] = new JsonObject
                    {
                        ["of"] = seeds.Of,
                        ["hold"] = seeds.Hold,
                        ["fail"] = seeds.Fail,
                        ["fraction"] = Ends(seeds.Fraction),
                        ["values"] = new JsonArray([.. seeds.Values.Select(v => JsonValue.Create(v))]),
                    };
                }

                if (claim.Note is not null)
                    json["note"] = claim.Note;
                return json;
            }),
        ]);

    /// <summary>The verdicts that <see cref="ToJson"/> wrote; what is none makes an exception that <see cref="IsDamage"/> knows.</summary>
    internal static IReadOnlyList<ClaimVerdict> FromJson(JsonNode? claims) =>
        [
            .. claims!
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
                )
                {
                    Published = (double?)c["published"],
                    ValueInterval = c["valueInterval"] is { } ends
                        ? new((double?)ends[0] ?? double.NegativeInfinity, (double?)ends[1] ?? double.PositiveInfinity)
                        : null,
                    Seeds = c["seeds"] is { } seeds
                        ? new(
                            (int)seeds["of"]!,
                            (int)seeds["hold"]!,
                            (int)seeds["fail"]!,
                            [.. seeds["values"]!.AsArray().Select(v => (double?)v)]
                        )
                        : null,
                }),
        ];

    /// <summary>Whether an exception says that JSON is not what was written.</summary>
    internal static bool IsDamage(Exception e) =>
        e is JsonException or InvalidOperationException or ArgumentException or NullReferenceException or FormatException;

    private static JsonArray Ends(ConfidenceInterval interval) =>
        [.. new[] { interval.Low, interval.High }.Select(end => double.IsFinite(end) ? JsonValue.Create(end) : null)];

    /// <summary>A verdict as users read it.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string InWords(Verdict verdict) =>
        verdict switch
        {
            Verdict.Holds => "holds",
            Verdict.Fails => "fails",
            Verdict.Uncertain => "uncertain",
            _ => "not measured",
        };
}

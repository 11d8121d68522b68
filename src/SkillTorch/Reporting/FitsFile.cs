using System.Text.Json.Nodes;
using SkillTorch.Fitting;
using SkillTorch.Training;

namespace SkillTorch.Reporting;

/// <summary>fits.json of a run directory: the theories' parameters and how well they agree.</summary>
internal static class FitsFile
{
    /// <summary>Name of the file.</summary>
    public const string Name = "fits.json";

    /// <summary>Writes fits.</summary>
    public static void Write(string path, IEnumerable<FitResult> fits) =>
        AtomicFile.WriteJson(
            path,
            new JsonArray([
                .. fits.Select(fit =>
                {
                    var json = new JsonObject
                    {
                        ["case"] = fit.Case,
                        ["sweep"] = new JsonObject(fit.Sweep.Select(s => KeyValuePair.Create(s.Key, OptionsWriter.Write(s.Value)))),
                        ["theory"] = fit.Theory,
                        ["parameters"] = new JsonArray([
                            .. fit.Parameters.Select(p => new JsonObject
                            {
                                ["name"] = p.Name,
                                ["value"] = Finite(p.Value),
                                ["low"] = Finite(p.Low),
                                ["high"] = Finite(p.High),
                                ["fitted"] = p.Fitted,
                            }),
                        ]),
                        ["r2"] = Finite(fit.R2),
                        ["rmse"] = Finite(fit.Rmse),
                        ["aic"] = Finite(fit.Aic),
                        ["points"] = fit.Points,
                    };
                    if (fit.Replicate is { } replicate)
                        json["replicate"] = replicate;
                    if (fit.Note is not null)
                        json["note"] = fit.Note;
                    return json;
                }),
            ])
        );

    /// <summary>Reads fits; an absent file has none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyList<FitResult> Read(string path)
    {
        try
        {
            return
            [
                .. RunFiles
                    .ReadArray(path)
                    .Select(fit => new FitResult(
                        new Place((string)fit!["case"]!, SweepOf((JsonObject)fit["sweep"]!), (int?)fit["replicate"]),
                        (string)fit["theory"]!,
                        [
                            .. ((JsonArray)fit["parameters"]!).Select(p => new FittedParameter(
                                (string)p!["name"]!,
                                Number(p["value"]),
                                Number(p["low"]),
                                Number(p["high"]),
                                (bool)p["fitted"]!
                            )),
                        ],
                        Number(fit["r2"]),
                        Number(fit["rmse"]),
                        Number(fit["aic"]),
                        (int)fit["points"]!
                    )
                    {
                        Note = (string?)fit["note"],
                    }),
            ];
        }
        catch (Exception e)
            when (e is InvalidOperationException or InvalidCastException or NullReferenceException or ArgumentException or FormatException)
        {
            throw new InvalidDataException($"Got a damaged file `{path}`; expected the fits of a run.", e);
        }
    }

    private static SweepPoint SweepOf(JsonObject sweep) =>
        [.. sweep.Select(pair => KeyValuePair.Create(pair.Key, SweepPoint.FromJson(pair.Value)))];

    // JSON has no word for what is not a number.
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static double Number(JsonNode? value) => (double?)value ?? double.NaN;
}

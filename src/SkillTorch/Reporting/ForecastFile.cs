using System.Text.Json.Nodes;
using SkillTorch.Analysis;
using SkillTorch.Training;

namespace SkillTorch.Reporting;

/// <summary>Forecasts as <c>forecast.csv</c> in a run directory, and as JSON.</summary>
public static class ForecastFile
{
    /// <summary>Name of the table.</summary>
    public const string Name = "forecast.csv";

    /// <summary>Writes forecast.csv; it appears complete or not at all.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <param name="forecasts">Every skill of every network.</param>
    /// <param name="options">What was forecast.</param>
    /// <exception cref="IOException">The file cannot be written; the message names the path.</exception>
    public static void Write(string runDirectory, IReadOnlyList<SkillForecast> forecasts, ForecastOptions options) =>
        RunTables
            .Forecast(Placed.SweepKeys(forecasts), options.At, forecasts.SelectMany(f => f.Weights.Keys).Distinct())
            .Write(Path.Combine(runDirectory, Name), forecasts);

    /// <summary>Forecasts as JSON: an array with an object for each skill of each network, null for what is not finite.</summary>
    /// <param name="forecasts">Every skill of every network.</param>
    /// <param name="options">What was forecast.</param>
    public static JsonArray ToJson(IEnumerable<SkillForecast> forecasts, ForecastOptions options) =>
        new([
            .. forecasts.Select(f => new JsonObject
            {
                ["case"] = f.Case,
                ["sweep"] = new JsonObject(f.Sweep.Select(s => KeyValuePair.Create(s.Key, OptionsWriter.Write(s.Value)))),
                ["replicate"] = f.Replicate,
                ["skill"] = f.Skill,
                ["frequency"] = f.Frequency,
                ["at"] = options.At,
                ["mastered"] = f.Mastered ? f.Time : null,
                ["forecast"] = f.Mastered ? null : Finite(f.Time),
                ["low"] = f.Mastered ? null : Finite(f.Low),
                ["high"] = f.Mastered ? null : Finite(f.High),
                ["weights"] = new JsonObject(f.Weights.Select(w => KeyValuePair.Create(w.Key, (JsonNode?)w.Value))),
            }),
        ]);

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}

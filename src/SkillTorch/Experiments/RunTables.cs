using System.Text.Json.Nodes;
using SkillTorch.Analysis;
using SkillTorch.Fitting;
using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>Writes the tables of a run directory that come after training.</summary>
internal static class RunTables
{
    /// <summary>theory.csv: what the theories predict. Where some theory is one of single replicates, a column says of which; it is empty for the others.</summary>
    public static void WriteTheory(string path, IReadOnlyList<string> sweepKeys, IReadOnlyList<TheoryCurve> curves)
    {
        var ofReplicates = curves.Any(curve => curve.Replicate is not null);
        using var writer = new CsvWriter(path, ["case", .. sweepKeys, "theory", .. ofReplicates ? new[] { "replicate" } : [], "step", "skill", "loss", "strength"]);
        foreach (var curve in curves)
        {
            for (var m = 0; m < curve.Curve.Steps.Length; m++)
            {
                for (var k = 0; k < curve.Curve.Skills; k++)
                {
                    writer.Write(curve.Case);
                    SweepCells.Write(writer, curve.Sweep, sweepKeys);
                    writer.Write(curve.Theory);
                    if (ofReplicates)
                        writer.Write(curve.Replicate ?? double.NaN);
                    writer.Write(curve.Curve.Steps[m]);
                    writer.Write(k + 1);
                    writer.Write(curve.Curve.Loss[m, k]);
                    writer.Write(curve.Curve.Strength[m, k]);
                    writer.EndRow();
                }
            }
        }
        writer.Complete();
    }

    /// <summary>losses.csv: total losses Σ p_i ℓ_i, in which a run of many skills takes a thousandth of the room of metrics.csv.</summary>
    public static void WriteLosses(string path, IReadOnlyList<string> sweepKeys, IReadOnlyList<TrialResult> trials)
    {
        using var writer = new CsvWriter(path, ["case", .. sweepKeys, "replicate", "step", "loss"]);
        foreach (var trial in trials)
        {
            foreach (var (m, loss) in trial.Trajectory.TotalLoss().Index())
            {
                writer.Write(trial.Case);
                SweepCells.Write(writer, trial.Sweep, sweepKeys);
                writer.Write(trial.Replicate);
                writer.Write(trial.Trajectory.Steps[m]);
                writer.Write(loss);
                writer.EndRow();
            }
        }
        writer.Complete();
    }

    /// <summary>analyses.csv: the named quantities. A key, replicate or skill that a quantity spans has an empty cell. Where some quantity has intervals, two columns hold their ends.</summary>
    public static void WriteAnalyses(string path, IReadOnlyList<string> sweepKeys, IReadOnlyList<AnalysisValue> values)
    {
        var intervals = values.Any(value => value.Low is not null);
        using var writer = new CsvWriter(path, ["case", .. sweepKeys, "replicate", "name", "value", "skill", .. intervals ? new[] { "low", "high" } : []]);
        foreach (var value in values)
        {
            writer.Write(value.Case);
            SweepCells.Write(writer, value.Sweep, sweepKeys);
            writer.Write(value.Replicate ?? double.NaN);
            writer.Write(value.Name);
            writer.Write(value.Value);
            writer.Write(value.Skill ?? double.NaN);
            if (intervals)
            {
                writer.Write(value.Low ?? double.NaN);
                writer.Write(value.High ?? double.NaN);
            }
            writer.EndRow();
        }
        writer.Complete();
    }

    /// <summary>fits.json: the theories' parameters and how well they agree.</summary>
    public static JsonArray Fits(IEnumerable<FitResult> fits) => new([.. fits.Select(fit =>
    {
        var json = new JsonObject
        {
            ["case"] = fit.Case,
            ["sweep"] = new JsonObject(fit.Sweep.Select(s => KeyValuePair.Create(s.Key, OptionsWriter.Write(s.Value)))),
            ["theory"] = fit.Theory,
            ["parameters"] = new JsonArray([.. fit.Parameters.Select(p => new JsonObject
            {
                ["name"] = p.Name,
                ["value"] = Finite(p.Value),
                ["low"] = Finite(p.Low),
                ["high"] = Finite(p.High),
                ["fitted"] = p.Fitted,
            })]),
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
    })]);

    // JSON has no word for what is not a number.
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}

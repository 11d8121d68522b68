using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

/// <summary>A run directory with every table: sigmoid skills, one after another, in two cases and at two learning rates.</summary>
internal sealed class SampleRun : IDisposable
{
    public const string Figure = """
        {
          "title": "Skills are learned one after another",
          "hconcat": [
            {
              "width": 300, "height": 200,
              "encoding": { "x": { "field": "step", "type": "quantitative", "title": "training step" }, "color": { "field": "skill", "type": "ordinal", "title": "skill" } },
              "layer": [
                { "data": { "name": "curves" }, "transform": [{ "filter": "datum.optimizer.learningRate == 0.02 && datum.case == 'power law'" }], "mark": "errorband", "encoding": { "y": { "field": "strengthQ10", "type": "quantitative", "title": "skill strength" }, "y2": { "field": "strengthQ90" } } },
                { "data": { "name": "curves" }, "transform": [{ "filter": "datum.optimizer.learningRate == 0.02 && datum.case == 'power law'" }], "mark": "line", "encoding": { "y": { "field": "strengthMedian", "type": "quantitative" } } },
                { "data": { "name": "theory" }, "transform": [{ "filter": "datum.optimizer.learningRate == 0.02 && datum.case == 'power law'" }], "mark": { "type": "line", "strokeDash": [4, 3], "strokeWidth": 1 }, "encoding": { "y": { "field": "strength", "type": "quantitative" } } }
              ]
            },
            {
              "data": { "name": "analyses" }, "width": 180, "height": 200,
              "layer": [
                { "mark": { "type": "rule", "strokeDash": [2, 2] }, "encoding": { "y": { "datum": 2 } } },
                { "mark": { "type": "point" }, "encoding": {
                  "x": { "field": "case", "type": "nominal", "title": null, "axis": { "labelAngle": 0 } }, "xOffset": { "field": "optimizer.learningRate", "type": "nominal" },
                  "y": { "field": "value", "type": "quantitative", "title": "t₂ ∕ t₁", "scale": { "zero": false } },
                  "color": { "field": "optimizer.learningRate", "type": "nominal", "title": "learning rate η" } } }
              ]
            }
          ],
          "resolve": { "scale": { "color": "independent" } }
        }
        """;

    private readonly TemporaryFolder folder = new();

    public SampleRun(string figure = Figure)
    {
        AtomicFile.WriteJson(
            folder["experiment.json"],
            JsonNode.Parse(
                $$"""
                {
                  "tag": "sample", "title": "Skills & dominoes <in order>", "source": "arXiv:2501.12391 Fig. 2", "seed": 0, "replicates": 4,
                  "task": { "kind": "sparse-parity", "skills": 5, "frequencyExponent": 1.6 },
                  "model": { "kind": "two-layer-mlp", "width": 50, "activation": "relu" },
                  "optimizer": { "kind": "adam", "learningRate": 0.001 },
                  "training": { "steps": 3000, "batchSize": null, "loss": "mse" },
                  "cases": [{ "label": "power law" }, { "label": "equal" }],
                  "sweep": { "optimizer.learningRate": [0.01, 0.02] },
                  "notes": ["The quick profile trains 3,000 of the published 20,000 steps, with 4 of 10 seeds."],
                  "figure": {{figure}},
                  "run": { "version": "0.1.0", "commit": "abc1234", "device": "cpu, 2 threads", "libtorch": "1.13.1", "startedAt": "2025-01-31T12:00:00Z", "wallSeconds": 83.4, "profile": "quick" }
                }
                """
            )!
        );
        WriteTables();
        File.WriteAllText(
            folder["fits.json"],
            """
            [{ "case": "power law", "sweep": { "optimizer.learningRate": 0.01 }, "theory": "resource", "parameters": [
                 { "name": "N0", "value": 0.00312, "low": 0.0029, "high": 0.0034, "fitted": true }, { "name": "effectiveRate", "value": 0.0189, "low": null, "high": null, "fitted": false }],
               "r2": 0.9931, "rmse": 0.0312, "aic": -20713.4, "points": 3000 },
             { "case": "equal", "sweep": { "optimizer.learningRate": 0.02 }, "theory": "domino", "parameters": [], "r2": 0.87, "rmse": 0.11, "aic": -123456.7, "points": 3000 }]
            """
        );
        File.WriteAllText(
            folder["claims.json"],
            """
            [{ "id": "P1", "statement": "The second skill takes about twice as long as the first, where p₁/p₂ = 10.", "quantity": "median(t2/t1)", "value": 2.0312, "within": [1.5, 3.2], "verdict": "holds", "profile": "quick" },
             { "id": "P2", "statement": "The ratio at p₂ = 1 stays near one.", "quantity": "median(ratio[p2=1])", "value": 1.71, "within": [null, 1.6], "verdict": "fails", "profile": "quick", "note": "4 seeds <only>" },
             { "id": "P3", "statement": "Skill 3 passes 0.6 only after both others pass 0.9.", "quantity": "after", "value": null, "within": [0, null], "verdict": "not measured", "profile": "quick" }]
            """
        );
    }

    public string Path => folder.Path;

    public string this[string name] => folder[name];

    public void Dispose() => folder.Dispose();

    private void WriteTables()
    {
        var random = new Random(1);
        using var metrics = new CsvWriter(
            folder["metrics.csv"],
            "case",
            "optimizer.learningRate",
            "replicate",
            "step",
            "skill",
            "frequency",
            "loss",
            "strength",
            "accuracy"
        );
        using var theory = new CsvWriter(
            folder["theory.csv"],
            "case",
            "optimizer.learningRate",
            "theory",
            "step",
            "skill",
            "loss",
            "strength"
        );
        using var analyses = new CsvWriter(folder["analyses.csv"], "case", "optimizer.learningRate", "replicate", "name", "value");
        foreach (var (name, rate) in new[] { ("power law", 0.01), ("power law", 0.02), ("equal", 0.01), ("equal", 0.02) })
        {
            var spacing = 10 / rate * (name == "equal" ? 0.3 : 1);
            for (var replicate = 0; replicate < 4; replicate++)
            {
                var late = 1 + 0.15 * (random.NextDouble() - 0.5);
                for (var step = 0; step <= 3000; step += 6)
                {
                    for (var skill = 1; skill <= 5; skill++)
                    {
                        var strength = Sigmoid((step - spacing * skill * late) / 60);
                        Row(
                            metrics,
                            name,
                            rate,
                            replicate,
                            step,
                            skill,
                            Math.Pow(skill, -1.6),
                            (1 - strength) * (1 - strength),
                            strength,
                            0.5 + strength / 2
                        );
                        if (replicate == 0)
                        {
                            Row(theory, name, rate, "domino", step, skill, double.NaN, Sigmoid((step - spacing * skill) / 60));
                        }
                    }
                }
                Row(analyses, name, rate, replicate, "t2/t1", replicate == 3 ? double.NaN : 2 * late);
            }
        }
        metrics.Complete();
        theory.Complete();
        analyses.Complete();
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void Row(CsvWriter writer, params object[] cells)
    {
        foreach (var cell in cells)
        {
            switch (cell)
            {
                case string text:
                    writer.Write(text);
                    break;
                case int integer:
                    writer.Write(integer);
                    break;
                default:
                    writer.Write((double)cell);
                    break;
            }
        }
        writer.EndRow();
    }
}

using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

/// <summary>A real experiment that trains in milliseconds, to be changed by tests.</summary>
internal static class SmallExperiment
{
    public const string Json = """
        {
          "tag": "small",
          "replicates": 2,
          "task": { "kind": "sparse-parity", "inputBits": 6, "parities": [ { "bits": [1, 2] }, { "bits": [3, 4], "fraction": 0.5 } ] },
          "model": { "kind": "two-layer-mlp", "width": 8 },
          "optimizer": { "kind": "adam", "learningRate": 0.01 },
          "training": { "steps": 20, "datasetSize": 64, "precision": "float64" },
          "measure": { "every": 5 },
          "cases": [ { "label": "wide", "model": { "width": 16 } }, { "label": "sgd", "optimizer": { "kind": "sgd", "learningRate": 0.1 } } ],
          "sweep": { "training.datasetSize": [64, 32] },
          "theories": [ { "kind": "domino", "fit": ["learningTime"] } ],
          "analyses": [ { "name": "ratio", "kind": "learning-time-ratio", "threshold": 0.9 }, { "name": "end", "kind": "value" } ],
          "claims": [ { "id": "C1", "statement": "Skills end somewhere.", "quantity": "end", "case": "wide", "within": [-1, 2] } ],
          "profiles": { "quick": { "notes": ["Quick."] }, "paper": { "replicates": 3, "training": { "steps": 40 } } }
        }
        """;

    /// <summary>The experiment's JSON with a change.</summary>
    public static JsonObject With(Action<JsonObject>? change = null)
    {
        var json = JsonNode.Parse(Json)!.AsObject();
        change?.Invoke(json);
        return json;
    }

    /// <summary>Writes the experiment, with a change, and loads it with assignments as after --set.</summary>
    public static ExperimentConfig Load(Action<JsonObject>? change = null, string? profile = null, params string[] settings)
    {
        using var folder = new TemporaryFolder();
        var file = folder["experiment.json"];
        File.WriteAllText(file, With(change).ToJsonString());
        return ExperimentFile.Load(file, profile, ExperimentFile.ReadSettings(settings));
    }
}

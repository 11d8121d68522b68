using System.Globalization;
using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks;

/// <summary>How fast one program makes a step of one network.</summary>
/// <param name="Time">Microseconds; null if it was not measured.</param>
/// <param name="Setting">The fastest of its settings; null if it has only one.</param>
/// <param name="Ratio">How many times SkillTorch's time it takes; null for SkillTorch.</param>
/// <param name="NotMeasured">Why it was not measured.</param>
internal sealed record Subject(StepTime? Time = null, string? Setting = null, double? Ratio = null, string? NotMeasured = null)
{
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (Time is not null)
            (json["median"], json["minimum"]) = (Time.Median, Time.Minimum);
        if (Setting is not null)
            json["setting"] = Setting;
        if (Ratio is not null)
            json["ratio"] = Ratio;
        if (NotMeasured is not null)
            json["notMeasured"] = NotMeasured;
        return json;
    }
}

/// <summary>A line of the table: a stack, timed.</summary>
/// <param name="Experiment">The experiment that it is of.</param>
/// <param name="Trials">Its trials.</param>
/// <param name="Sweep">The sweep's values that tell it from the experiment's other stacks.</param>
/// <param name="Device">Where it was trained.</param>
internal sealed record BenchmarkRow(
    Experiment Experiment,
    IReadOnlyList<PlannedTrial> Trials,
    IReadOnlyList<KeyValuePair<string, object>> Sweep,
    Device Device
)
{
    /// <summary>SkillTorch's time.</summary>
    public Subject Ours { get; init; } = new();

    /// <summary>The competitors' times, in their order.</summary>
    public IReadOnlyList<Subject> Theirs { get; init; } = [];

    /// <summary>Steps of the stack that SkillTorch was timed over.</summary>
    public int Steps { get; init; }

    /// <summary>Label of the stack's cases.</summary>
    public string Case => string.Join(" + ", Trials.Select(trial => trial.Case).Distinct());

    /// <summary>What tells the stack from others.</summary>
    public string Name =>
        string.Join(
            ", ",
            [
                Experiment.Tag,
                .. Case == PlannedTrial.DefaultCase ? [] : new[] { Case },
                .. Sweep.Select(setting => string.Create(CultureInfo.InvariantCulture, $"{setting.Key} = {setting.Value}")),
            ]
        );

    /// <summary>The line as JSON.</summary>
    /// <param name="competitors">The competitors' keys.</param>
    public JsonObject ToJson(IEnumerable<string> competitors)
    {
        var json = new JsonObject
        {
            ["experiment"] = Experiment.Tag,
            ["title"] = Experiment.Title,
            ["case"] = Case,
            ["sweep"] = new JsonObject(
                Sweep.Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)JsonValue.Create(setting.Value)))
            ),
            ["settings"] = TrialHash.ToJson(Trials[0].Trial),
            ["trials"] = Trials.Count,
            ["device"] = Device.ToString(),
            ["unit"] = "microseconds a step of one network",
            ["steps"] = Steps,
            ["skilltorch"] = Ours.ToJson(),
        };
        foreach (var (key, subject) in competitors.Zip(Theirs))
            json[key] = subject.ToJson();
        return json;
    }
}

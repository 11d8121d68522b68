using System.Text.Json;
using System.Text.Json.Serialization;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>How a trial's training went: its <c>summary.json</c>.</summary>
/// <param name="Status">Whether it finished.</param>
/// <param name="Steps">Optimizer steps of its settings.</param>
/// <param name="WallSeconds">How long its stack trained.</param>
/// <param name="Stack">How many trials trained together in its stack.</param>
/// <param name="Message">Why it failed; null if it finished.</param>
/// <param name="MetricsSha256">SHA-256 of its metrics.csv; null if it failed.</param>
public sealed record TrialSummary(TrialStatus Status, int Steps, double WallSeconds, int Stack, string? Message, string? MetricsSha256)
{
    /// <summary>How long the processor's cores worked for its stack, together; null if that was not measured.</summary>
    public double? ProcessorSeconds { get; init; }

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Steps a second of the whole stack.</summary>
    public double StepsPerSecond => WallSeconds > 0 ? Steps / WallSeconds : 0;

    /// <summary>What its stack's training cost.</summary>
    [JsonIgnore]
    public TrialCost Cost => new(WallSeconds, ProcessorSeconds, Stack);

    internal static TrialSummary Create(Trial trial, TrialStatus status, TrialCost cost) =>
        new(status, trial.Training.Steps, cost.WallSeconds, cost.Stack, null, null) { ProcessorSeconds = cost.ProcessorSeconds };
}

/// <summary>How a trial's training ended.</summary>
public enum TrialStatus
{
    /// <summary>It reached its last step.</summary>
    Finished,

    /// <summary>It could not go on, e.g. because its loss was no longer finite.</summary>
    Failed,
}

using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>A trial in its place within an experiment, before it is trained.</summary>
/// <param name="Place">Its case (<see cref="DefaultCase"/> where the experiment has none), sweep value and replicate.</param>
/// <param name="Trial">Resolved settings.</param>
/// <param name="Hash">Name of the trial in the store, by its settings alone.</param>
/// <param name="StackKey">Equal for trials that can train in one stack.</param>
public sealed record PlannedTrial(Place Place, Trial Trial, string Hash, string StackKey) : Placed(Place)
{
    /// <summary>Label of the only case of an experiment that names none.</summary>
    public const string DefaultCase = "default";

    /// <summary>Which of the experiment's <see cref="Experiment.Repeats"/> it belongs to, from 1.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>The trial's place in words, e.g. <c>five skills, model.width = 4, replicate 2</c>, and which repeat it is of but for the
    /// first.</summary>
    public string Name => Repeat == 1 ? $"{Place}" : $"{Place}, repeat {Repeat}";
}

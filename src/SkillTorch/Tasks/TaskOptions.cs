using TorchSharp;

namespace SkillTorch.Tasks;

/// <summary>The <c>task</c> section of an experiment: what is to be learned.</summary>
[Family("task", "tasks", 1)]
public abstract record TaskOptions
{
    /// <summary>The task's skills in order; they do not depend on the seed.</summary>
    /// <returns>Skills numbered from 1, with frequencies and prerequisites.</returns>
    /// <exception cref="InvalidOptionException">The options contradict each other.</exception>
    public abstract IReadOnlyList<Skill> GetSkills();

    /// <summary>Names of what the task measures of each skill beside loss, strength and accuracy: further columns of the tables.</summary>
    public virtual IReadOnlyList<string> ExtraQuantities => [];

    /// <summary>The scale S of targets ±S; null where targets are others.</summary>
    public virtual double? SignedTargetScale => null;

    /// <summary>
    /// Loss at which each skill is measured at strength 0, where the answers are no better than chance: by default 1 of the
    /// squared error (1 − s)², and ln 2 of cross-entropy.
    /// </summary>
    /// <param name="loss">The loss that training minimises.</param>
    /// <returns>[K] losses.</returns>
    public virtual IReadOnlyList<double> LossesAtChance(LossKind loss) =>
        [.. GetSkills().Select(_ => loss == LossKind.CrossEntropy ? Math.Log(2) : 1)];
}

/// <summary>A task that draws samples: networks learn it.</summary>
public abstract record DataTaskOptions : TaskOptions
{
    /// <summary>Makes the task's data for a stack of trials.</summary>
    /// <param name="options">One options record a trial, all of this record's type and equal but for <see cref="StackableAttribute"/>
    /// options; length R.</param>
    /// <param name="seeds">The trials' seeds; length R.</param>
    /// <param name="plan">How many samples, in which batches.</param>
    /// <returns>The data source of the stack; the caller disposes it.</returns>
    /// <exception cref="InvalidOptionException">The options contradict each other or the plan.</exception>
    public abstract DataTask Create(IReadOnlyList<DataTaskOptions> options, IReadOnlyList<ulong> seeds, DataPlan plan);
}

/// <summary>How a data task delivers its samples.</summary>
/// <param name="BatchSize">Samples a step; null means the whole dataset.</param>
/// <param name="DatasetSize">Number of fixed training samples; null means fresh samples at every step.</param>
/// <param name="EvaluationSamples">Samples a skill of each measurement where the task measures on fresh samples.</param>
/// <param name="Loss">The loss that training minimises; a task may have no targets for it.</param>
/// <param name="Device">Where samples are drawn, as tensors; null draws arrays on the host. A task that cannot may ignore it.</param>
public sealed record DataPlan(
    int? BatchSize,
    int? DatasetSize,
    int EvaluationSamples,
    LossKind Loss = LossKind.Mse,
    torch.Device? Device = null
);

using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Training;

/// <summary>The <c>training</c> section of an experiment.</summary>
public sealed record TrainingOptions
{
    /// <summary>Number of optimizer steps.</summary>
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 1000;

    /// <summary>Samples a step. Null is the whole dataset; 0 (abstract skills only) is the exact distribution of skills instead of a sample.</summary>
    [Range(0, int.MaxValue)]
    public int? BatchSize { get; init; }

    /// <summary>Number of fixed training samples. Null draws fresh samples at every step.</summary>
    [Range(1, int.MaxValue)]
    public int? DatasetSize { get; init; }

    /// <summary>The loss that training minimises.</summary>
    public LossKind Loss { get; init; } = LossKind.Mse;

    /// <summary>Arithmetic of parameters and gradients.</summary>
    public Precision Precision { get; init; } = Precision.Float32;
}

/// <summary>The losses on offer.</summary>
public enum LossKind
{
    /// <summary>Mean squared error, without a factor ½.</summary>
    Mse,

    /// <summary>Cross-entropy: on logits of a 0/1 target for networks, −log s for abstract skills.</summary>
    CrossEntropy,
}

/// <summary>Number formats of training.</summary>
public enum Precision
{
    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>IEEE double precision.</summary>
    Float64,
}

/// <summary>The <c>measure</c> section of an experiment: when every skill is measured.</summary>
public sealed record MeasureOptions
{
    /// <summary>Steps between measurements; step 0 (before training) and the last step are always measured.</summary>
    [Range(1, int.MaxValue)]
    public int Every { get; init; } = 10;

    /// <summary>Explicit steps to measure at, instead of <see cref="Every"/>.</summary>
    public IReadOnlyList<int>? At { get; init; }

    /// <summary>Fresh samples a skill for each measurement, where the task measures on fresh samples.</summary>
    [Range(1, int.MaxValue)]
    public int Samples { get; init; } = 20_000;
}

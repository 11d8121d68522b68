namespace SkillTorch.Numerics;

/// <summary>
/// What random numbers are for. Draws for different purposes are independent, so that, say, a second evaluation never shifts
/// the training data. The numbers are part of what a trial is: never renumber them.
/// </summary>
public enum RandomPurpose : uint
{
    /// <summary>Training inputs and skill ids.</summary>
    Data = 1,

    /// <summary>Which samples count for which skill.</summary>
    Mask = 2,

    /// <summary>Initial parameters.</summary>
    Initialisation = 3,

    /// <summary>Noise added to gradients.</summary>
    Noise = 4,

    /// <summary>The task itself: task vectors, the bits a skill reads, orderings.</summary>
    TaskVectors = 5,

    /// <summary>Evaluation samples.</summary>
    Evaluation = 6,

    /// <summary>Resampling of measurements for intervals.</summary>
    Bootstrap = 7,

    /// <summary>Order in which a fixed data set is visited, and its split.</summary>
    Shuffle = 8,

    /// <summary>Random choices of an optimizer (probes, random starts of a fit).</summary>
    Optimizer = 9,

    /// <summary>Seeds of trials, see <see cref="RandomStream.DeriveSeed"/>.</summary>
    Seed = 10,

    /// <summary>Random values of a sweep.</summary>
    Search = 11,
}

using SkillTorch.Fitting;
using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>An entry of the <c>analyses</c> section: a named quantity of a run.</summary>
public abstract record AnalysisOptions
{
    /// <summary>Name of the quantity in <c>analyses.csv</c>, in claims and in figures.</summary>
    public required string Name { get; init; }

    /// <summary>Labels of the cases to analyse; null means every case.</summary>
    public IReadOnlyList<string>? Cases { get; init; }

    /// <summary>Computes the quantity.</summary>
    /// <param name="run">Measurements and fits; already restricted to <see cref="Cases"/>.</param>
    /// <returns>One value a replicate, or one a case or sweep where the quantity needs several trials.</returns>
    public abstract IEnumerable<AnalysisValue> Evaluate(RunData run);
}

/// <summary>What analyses see of a run.</summary>
/// <param name="Trials">Finished trials in the experiment's order.</param>
/// <param name="Fits">Fits of the experiment's theories.</param>
public sealed record RunData(IReadOnlyList<TrialResult> Trials, IReadOnlyList<FitResult> Fits);

/// <summary>One value of a named quantity.</summary>
/// <param name="Case">Label of the case; empty where the quantity spans cases.</param>
/// <param name="Sweep">The sweep's keys and values that the quantity belongs to; a swept key that the quantity spans is absent.</param>
/// <param name="Replicate">Replicate number; null where the quantity spans replicates.</param>
/// <param name="Name">The quantity's name.</param>
/// <param name="Value">The value; NaN where it is not defined, e.g. a skill that was never learned.</param>
public sealed record AnalysisValue(
    string Case,
    IReadOnlyList<KeyValuePair<string, object>> Sweep,
    int? Replicate,
    string Name,
    double Value);

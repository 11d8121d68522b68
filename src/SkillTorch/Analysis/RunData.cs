using SkillTorch.Fitting;
using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>What analyses see of a run.</summary>
/// <param name="Trials">Finished trials in the experiment's order.</param>
/// <param name="Fits">Fits of the experiment's theories.</param>
public sealed record RunData(IReadOnlyList<TrialResult> Trials, IReadOnlyList<FitResult> Fits)
{
    /// <summary>The theories' predictions, with their fitted parameters.</summary>
    public IReadOnlyList<TheoryCurve> Theories { get; init; } = [];

    /// <summary>Values of the analyses listed before the present one.</summary>
    public IReadOnlyList<AnalysisValue> Values { get; init; } = [];

    /// <summary>What a theory predicts of a trial, by itself or with all replicates; null if it is not laid over it.</summary>
    internal Trajectory? PredictionFor(TrialResult trial, string theory) =>
        Theories
            .FirstOrDefault(t => t.Theory == theory && (t.Place with { Replicate = t.Replicate ?? trial.Replicate }) == trial.Place)
            ?.Curve;
}

/// <summary>What an experiment will have when it has run: what analyses and claims are checked against beforehand.</summary>
/// <param name="Cases">Labels of the cases.</param>
/// <param name="SweepKeys">Keys of the sweep.</param>
/// <param name="Theories">Labels of the theories.</param>
/// <param name="Skills">Largest number of skills K over all trials.</param>
public sealed record AnalysisPlan(IReadOnlyList<string> Cases, IReadOnlyList<string> SweepKeys, IReadOnlyList<string> Theories, int Skills)
{
    /// <summary>Names of the analyses listed before the one that is checked.</summary>
    public IReadOnlyList<string> Analyses { get; init; } = [];

    /// <summary>The values of each sweep key; a key that is missing has values that are not known beforehand.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<object>> SweepValues { get; init; } = new Dictionary<string, IReadOnlyList<object>>();

    /// <summary>Names of the models' further quantities (<see cref="Trajectory.Extra"/>); null if not known beforehand.</summary>
    public IReadOnlyList<string>? ExtraQuantities { get; init; }

    /// <summary>Resolved settings, at least one trial a case; may be empty.</summary>
    public IReadOnlyList<Trial> Trials { get; init; } = [];
}

using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// How strong the skills of one network are along its training steps, or of one network after another along the dataset sizes or widths
/// of a sweep, each at the end of its training.
/// </summary>
/// <param name="Place">Case, sweep value and replicate; without the key of a sweep that the curves run over.</param>
/// <param name="Trial">Settings, of the smallest size.</param>
/// <param name="At">Steps or sizes [M], ascending.</param>
/// <param name="Strength">Strengths [M, K].</param>
internal sealed record LearningCurves(Place Place, Trial Trial, double[] At, double[,] Strength) : Placed(Place)
{
    /// <summary>Number of skills K.</summary>
    public int Skills => Strength.GetLength(1);

    /// <summary>The curves of trials.</summary>
    /// <param name="trials">Finished trials.</param>
    /// <param name="key">The swept setting that the curves run over; null for the training steps.</param>
    /// <returns>One for each trial, or for each replicate of a case that sweeps the key.</returns>
    public static IEnumerable<LearningCurves> From(IEnumerable<TrialResult> trials, string? key) =>
        key is null
            ? trials.Select(t => new LearningCurves(t.Place, t.Trial, [.. t.Trajectory.Steps], t.Trajectory.Strength))
            : trials
                .Where(t => t.Sweep.Has(key) && t.Trajectory.Steps.Length > 0)
                .GroupBy(t => t.Place with { Sweep = t.Sweep.Without(swept => swept == key) })
                .Select(sizes => OverSizes(sizes.Key, [.. sizes.OrderBy(t => t.Sweep.Number(key))], key));

    /// <summary>What is known of the curves up to a step or size, and nothing else.</summary>
    public LearningCurves UpTo(double cut)
    {
        var rows = At.Count(x => x <= cut);
        var strength = new double[rows, Skills];
        Array.Copy(Strength, strength, strength.Length);
        return this with { At = At[..rows], Strength = strength };
    }

    /// <summary>Where each skill first lies above a strength, between two measurements in proportion [K]; +∞ where it never does.</summary>
    public double[] Times(double threshold) =>
        [
            .. Enumerable
                .Range(0, Skills)
                .Select(k => Quantity.FirstBeyond(At, m => Strength[m, k], threshold, falling: false, interpolate: true)),
        ];

    private static LearningCurves OverSizes(Place place, TrialResult[] sizes, string key)
    {
        var strength = new double[sizes.Length, sizes[0].Trajectory.Skills];
        for (var m = 0; m < sizes.Length; m++)
        {
            var end = sizes[m].Trajectory;
            for (var k = 0; k < end.Skills; k++)
                strength[m, k] = end.Strength[end.Steps.Length - 1, k];
        }

        return new(place, sizes[0].Trial, [.. sizes.Select(t => t.Sweep.Number(key))], strength);
    }
}

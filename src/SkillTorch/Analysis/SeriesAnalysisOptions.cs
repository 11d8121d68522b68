using SkillTorch.Numerics;
using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// A quantity of a series (x, y): the values y of an earlier analysis along a sweep key, along the skills, or along
/// another analysis. Where several values share an x (replicates), y is their median.
/// </summary>
public abstract record SeriesAnalysisOptions : AnalysisOptions
{
    private const int Resamples = 1000;
    private const int FewestReplicates = 6;

    /// <summary>Name of the earlier analysis whose values are y.</summary>
    public required string Of { get; init; }

    /// <summary>What x is: a sweep key, <c>skill</c>, or the name of an earlier analysis.</summary>
    public required string Against { get; init; }

    /// <summary>
    /// What one series runs over: sweep keys, <c>skill</c>, <c>case</c>; there is one series for every combination of
    /// the rest. Null is <see cref="Against"/> alone, or everything where that is an analysis.
    /// </summary>
    public IReadOnlyList<string>? Spans { get; init; }

    /// <summary>Smallest x; null is no limit.</summary>
    public double? From { get; init; }

    /// <summary>Largest x; null is no limit.</summary>
    public double? To { get; init; }

    /// <summary>
    /// Whether the value has a 95 % interval, from the series of replicates drawn with replacement (percentile bootstrap, 1000 times; a
    /// replicate is drawn with all of its values). There is none below 6 replicates, where an analysis has none for each, or where a
    /// drawn series has no value.
    /// </summary>
    public bool Interval { get; init; }

    /// <summary>The quantity of one series.</summary>
    /// <param name="points">Points in ascending, distinct x.</param>
    protected abstract double Measure(IReadOnlyList<(double X, double Y)> points);

    /// <inheritdoc/>
    public sealed override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        var values = ValuesOf(run, Of).Select(v => (Value: v, X: Axis.Position(run, v, Against))).Where(v => InWindow(v.X)).ToList();
        var everything = Spans is null && run.Values.Any(v => v.Name == Against);
        bool Spanned(string axis) => everything || (Spans?.Contains(axis) ?? axis == Against);
        var series = values.GroupBy(v =>
            (Spanned(Axis.Case) ? "" : v.Value.Case, Spanned(Axis.Skill) ? null : v.Value.Skill, v.Value.Sweep.Without(Spanned))
        );
        foreach (var members in series)
        {
            var first = members.First().Value;
            var points = members.Select(v => (v.Value.Replicate, v.X, v.Value.Value)).ToArray();
            var interval = Interval ? Resample(points) : null;
            yield return new(
                new Place(members.All(v => v.Value.Case == first.Case) ? first.Case : "", first.Sweep.Without(Spanned), null),
                Name,
                Measure(Medians(points))
            )
            {
                Skill = Spanned(Axis.Skill) ? null : first.Skill,
                Low = interval?.Low,
                High = interval?.High,
            };
        }
    }

    private static (double X, double Y)[] Medians(IEnumerable<(int? Replicate, double X, double Y)> points) =>
        [.. points.GroupBy(p => p.X, p => p.Y).OrderBy(y => y.Key).Select(y => (y.Key, SampleStatistics.Median(y)))];

    private ConfidenceInterval? Resample((int? Replicate, double X, double Y)[] points)
    {
        var replicates = points.GroupBy(p => p.Replicate).ToArray();
        if (replicates.Length < FewestReplicates || Array.Exists(replicates, r => r.Key is null))
            return null;
        var measured = new double[Resamples];
        for (var b = 0; b < Resamples; b++)
        {
            var draw = new RandomStream(0, RandomPurpose.Bootstrap, (ulong)b).Sequence();
            measured[b] = Measure(Medians(replicates.SelectMany(_ => replicates[draw.NextUInt((uint)replicates.Length)])));
        }

        Array.Sort(measured);
        return measured.Any(double.IsNaN)
            ? null
            : new(SampleStatistics.Quantile(measured, 0.025), SampleStatistics.Quantile(measured, 0.975));
    }

    // Swept values such as 1e-3·10^(1/3) are rounded in files: the ends of a window include them.
    private bool InWindow(double x) => !double.IsNaN(x) && !(x < From - 1e-9 * Math.Abs(From ?? 0)) && !(x > To + 1e-9 * Math.Abs(To ?? 0));

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
        Axis.Require(this, plan, "against", Against);
        foreach (var axis in Spans ?? [])
        {
            Require(
                axis is Axis.Case or Axis.Skill || plan.SweepKeys.Contains(axis),
                "spans",
                axis,
                Choice("case, skill, or a sweep key", plan.SweepKeys)
            );
        }

        RequireWindow(From, To, double.NegativeInfinity);
    }
}

using System.ComponentModel.DataAnnotations;
using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// A measured quantity y_i(t) of each skill, or of all skills together: at the last measurement of a window of steps, or
/// its mean, median, minimum or maximum there; the window may be the phase in which a skill is, or has been, learned.
/// </summary>
[Kind("value")]
public sealed record CurveValueOptions : CurveAnalysisOptions
{
    /// <summary>strength, accuracy, loss, total-loss, frequency, or a further quantity of the model such as alignedDimensions.</summary>
    public string Quantity { get; init; } = "strength";

    /// <summary>How the values of several skills become one; null gives each skill's own.</summary>
    public Aggregate? Over { get; init; }

    /// <summary>How the measurements of the window become one; null takes the last of them.</summary>
    public Aggregate? Statistic { get; init; }

    /// <summary>First step of the window; null is the start.</summary>
    public int? From { get; init; }

    /// <summary>Last step of the window; null is the end.</summary>
    public int? To { get; init; }

    /// <summary>Length of the window in steps, counted back from its last step; null is no limit.</summary>
    [Range(1, int.MaxValue)]
    public int? Last { get; init; }

    /// <summary>Part of training, of each skill, to which the window is restricted.</summary>
    public Phase Phase { get; init; } = Phase.All;

    /// <summary>Strength above which a skill counts as learned, for <see cref="Phase"/>.</summary>
    public double Threshold { get; init; } = 0.9;

    /// <summary>Width in steps of a moving mean taken first, over the measurements in (t − width, t]; null is none.</summary>
    [Range(1, int.MaxValue)]
    public int? Smooth { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(int? Skill, double Value)> Measure(Trajectory curve)
    {
        var column = Column(curve, Quantity);
        var end = Math.Min(To ?? int.MaxValue, curve.Steps[^1]);
        var start = Math.Max(From ?? 0, Last is { } length ? end - length + 1 : 0);
        // A full moving window only: the mean of its first few members would be noisier than the rest.
        if (Smooth is { } width)
            start = Math.Max(start, curve.Steps[0] + width - 1);
        return OverSkills(
            column.GetLength(1),
            Quantity == Analysis.Quantity.TotalLoss,
            Over,
            k =>
            {
                var (low, high) = ((double)start, (double)end);
                if (Phase != Phase.All)
                {
                    var learned = LearnedAt(curve, k);
                    if (double.IsPositiveInfinity(learned))
                        return null;
                    (low, high) = Phase == Phase.Learning ? (low, Math.Min(high, learned)) : (Math.Max(low, learned), high);
                }
                double[] values =
                [
                    .. Enumerable
                        .Range(0, curve.Steps.Length)
                        .Where(m => curve.Steps[m] >= low && curve.Steps[m] <= high)
                        .Select(m => Smoothed(curve.Steps, column, m, k)),
                ];
                return Statistic is { } statistic ? SampleStatistics.Reduce(values, statistic)
                    : values.Length == 0 ? double.NaN
                    : values[^1];
            }
        );
    }

    private double LearnedAt(Trajectory curve, int k) =>
        Analysis.Quantity.FirstBeyond(
            Array.ConvertAll(curve.Steps, s => (double)s),
            m => curve.Strength[m, k],
            Threshold,
            falling: false,
            interpolate: false
        );

    private double Smoothed(int[] steps, double[,] column, int m, int k)
    {
        var (sum, count) = (0.0, 0);
        for (var j = m; j >= 0 && (j == m || steps[j] > steps[m] - Smooth); j--, count++)
            sum += column[j, k];
        return sum / count;
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireQuantity(plan, Quantity);
        RequireWindow(From, To, 0);
        Require(Phase == Phase.All || Quantity != Analysis.Quantity.TotalLoss, "phase", Phase, "all: phases are of single skills");
    }
}

/// <summary>Parts of training, seen from one skill. A skill that is never learned has neither of the later two and gives no value
/// there.</summary>
public enum Phase
{
    /// <summary>All of training.</summary>
    All,

    /// <summary>Up to the step at which the skill is learned.</summary>
    Learning,

    /// <summary>From the step at which the skill is learned.</summary>
    Learned,
}

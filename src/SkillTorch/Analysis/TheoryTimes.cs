using SkillTorch.Fitting;
using SkillTorch.Optimizers;
using SkillTorch.Theories;

namespace SkillTorch.Analysis;

/// <summary>When a theory says that each skill is learned, but for its unit of time.</summary>
/// <param name="Theory">Its name; those of theories that say the same are joined.</param>
/// <param name="LogTimes">ln of the time at which each skill is learned [K]; +∞ for never.</param>
/// <param name="Clock">Time under a learning-rate schedule; null where time is the steps or sizes themselves.</param>
/// <param name="Prior">Belief in it before a second skill is learned; all sum to 1.</param>
internal sealed record TheoryTimes(string Theory, double[] LogTimes, LearningClock? Clock, double Prior)
{
    private const int PointsADecade = 200;
    private const int MostDecades = 5;
    private const double LongestTime = 1e15;
    private const double SameLogTime = 0.01;

    /// <summary>Belief in a theory that is made for other optimizers than the trial's, where one that is made for it has 1.</summary>
    private const double Foreign = 0.1;

    // What skills compete for, from about the published value, in units of all frequencies together, to hardly at all.
    private static readonly (double N0, double Prior)[] WastedResources = [(0.003, 0.4), (0.03, 0.3), (0.3, 0.2), (3, 0.1)];
    private static readonly double[] GateExponents = [1e-3, 1e-1];

    /// <summary>What every theory says that applies, from a trial's settings alone.</summary>
    /// <param name="curves">Curves whose trial it is.</param>
    /// <param name="key">The swept setting that they run over; null for the training steps.</param>
    /// <param name="threshold">Strength of a skill that is learned.</param>
    public static IReadOnlyList<TheoryTimes> From(LearningCurves curves, string? key, double threshold)
    {
        var found = new List<TheoryTimes>();
        foreach (var theory in DefaultTheories.Bind(curves.Trial).Where(t => FitRunner.KeyOf(t) == key))
        {
            var belief = IsMadeFor(theory, curves.Trial.Optimizer) ? 1 : Foreign;
            foreach (var (variant, share) in Variants(theory))
            {
                if (Times(variant, threshold) is not { } times)
                    continue;
                var says = new TheoryTimes(theory.Name, times, key is null ? theory.Clock : null, belief * share);
                var same = found.FindIndex(other => other.Theory != theory.Name && other.SaysTheSameAs(says));
                if (same < 0)
                    found.Add(says);
                else if (!found[same].Theory.Split('/').Contains(theory.Name)) // another variant of it may stand there
                    found[same] = found[same] with { Theory = $"{found[same].Theory}/{theory.Name}" };
            }
        }

        var sum = found.Sum(f => f.Prior);
        return [.. found.Select(f => f with { Prior = f.Prior / sum })];
    }

    /// <summary>ln of the theory's time at a step or size.</summary>
    public double LogTime(double x) => Math.Log(Clock is null ? x : Clock.At([x])[0]);

    private bool SaysTheSameAs(TheoryTimes other) =>
        ReferenceEquals(Clock, other.Clock) | (Clock is not null && other.Clock is not null)
        && LogTimes
            .Zip(other.LogTimes, (a, b) => (a - LogTimes[0]) - (b - other.LogTimes[0]))
            .All(difference => Math.Abs(difference) < SameLogTime);

    // Multilinear, parallel and quanta are of gradient flow, whose rates are in proportion to frequency; the Domino and the Resource model
    // of optimizers that divide the gradient by its size. Where nothing is known of the optimizer all are equal.
    private static bool IsMadeFor(SkillTheory theory, OptimizerOptions? optimizer) =>
        optimizer is null || (theory is ResourceModel or DominoModel) == (optimizer is not SgdOptions);

    /// <summary>The theory at those parameters that change more than its unit of time, each with its share of the belief in it.</summary>
    private static IEnumerable<(SkillTheory Theory, double Share)> Variants(SkillTheory theory)
    {
        var plain = theory.AtConstantRate;
        if (plain is not ResourceModel resource)
            return [(plain, 1)];
        var gated = resource.Prerequisites is not null;
        var total = resource.Frequencies.Sum();
        return from waste in WastedResources
            from gate in gated ? GateExponents : [resource.GateExponent]
            select (
                (SkillTheory)(
                    resource with
                    {
                        N0 = waste.N0 * total,
                        GateExponent = gate,
                        Solution = gated ? resource.Solution : ResourceSolution.Exact,
                    }
                ),
                waste.Prior / (gated ? GateExponents.Length : 1)
            );
    }

    /// <summary>ln of when each skill passes the threshold [K]; null where the theory has none pass it, or one at the start.</summary>
    private static double[]? Times(SkillTheory theory, double threshold)
    {
        bool Passed(double time) => theory.Strength([time]).Cast<double>().Any(s => s > threshold);
        var first = 1e-6;
        while (!Passed(first) && first < LongestTime)
            first *= 2;
        if (first >= LongestTime || Passed(0))
            return null;
        var times = new double[theory.Skills];
        for (var decades = 1; decades <= MostDecades; decades++)
        {
            double[] at =
            [
                .. Enumerable.Range(0, (decades * PointsADecade) + 1).Select(i => first / 2 * Math.Pow(10, i / (double)PointsADecade)),
            ];
            var strength = theory.Strength(at);
            for (var k = 0; k < times.Length; k++)
                times[k] = Math.Log(Quantity.FirstBeyond(at, m => strength[m, k], threshold, falling: false, interpolate: true));
            if (times.All(double.IsFinite))
                break;
        }

        return times;
    }
}

using MathNet.Numerics;

namespace SkillTorch.Analysis;

/// <summary>A normal distribution.</summary>
/// <param name="Mean">Its mean; +∞ for what never is.</param>
/// <param name="Variance">Its variance.</param>
internal readonly record struct Normal(double Mean, double Variance)
{
    /// <summary>Probability to lie above a value.</summary>
    public double Above(double x) => 0.5 * SpecialFunctions.Erfc((x - Mean) / Math.Sqrt(2 * Variance));

    /// <summary>ln of the density at a value.</summary>
    public double LogDensity(double x) => -0.5 * (((x - Mean) * (x - Mean) / Variance) + Math.Log(2 * Math.PI * Variance));

    /// <summary>What is left of the uncertainty when an independent measurement is known.</summary>
    public Normal With(double measured, double variance)
    {
        var gain = Variance / (Variance + variance);
        return new(Mean + (gain * (measured - Mean)), Variance * (1 - gain));
    }
}

/// <summary>A theory with a drift and a spread: ln t_k = ln t̂_k + a + drift·ln t̂_k + ε, with ε of that spread.</summary>
/// <param name="Theory">The theory.</param>
/// <param name="Drift">By how much ln time grows faster than the theory says.</param>
/// <param name="Spread">Standard deviation of ε.</param>
/// <param name="LogPrior">ln of its prior probability.</param>
internal sealed record ForecastCell(TheoryTimes Theory, double Drift, double Spread, double LogPrior)
{
    private const double DriftScale = 0.15;
    private const double ProgressError = 0.6; // of what is still to go
    private const double LeastProgressError = 0.02;
    private const double LeastProbability = 1e-12;
    private static readonly double[] Drifts = [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3];
    private static readonly (double Spread, double Prior)[] Spreads = [(0.05, 1.5), (0.1, 3), (0.2, 3), (0.4, 1), (0.8, 0.15)];

    /// <summary>All cells of some theories.</summary>
    public static IReadOnlyList<ForecastCell> Grid(IEnumerable<TheoryTimes> theories) =>
        [
            .. from theory in theories
            from drift in Drifts
            from spread in Spreads
            select new ForecastCell(
                theory,
                drift,
                spread.Spread,
                Math.Log(theory.Prior) + Math.Log(spread.Prior) - (0.5 * drift * drift / (DriftScale * DriftScale))
            ),
        ];

    /// <summary>
    /// How well the cell foretold the mastered skills, each from those before it, and that the others are not mastered yet; and when
    /// it says that these will be.
    /// </summary>
    public (double Evidence, Normal[] Left) Lay(MasteryState state)
    {
        var left = new Normal[state.Times.Length];
        if (state.Learned.Count == 0)
            return (0, left);
        var times = state.Arrange(Theory.LogTimes);
        if (state.Learned.Any(k => double.IsInfinity(times[k])))
            return (double.NegativeInfinity, left);
        var origin = times[state.Learned[^1]];
        double At(int k) => times[k] + (Drift * (times[k] - origin));
        var (evidence, mean, variance) = (0.0, 0.0, Spread * Spread);
        foreach (var (count, k) in state.Learned.Index())
        {
            var offset = Theory.LogTime(state.Times[k]) - At(k);
            if (count > 0)
                evidence += new Normal(mean, variance * (1 + (1.0 / count))).LogDensity(offset);
            mean += (offset - mean) / (count + 1);
        }

        var cut = Theory.LogTime(state.Cut);
        for (var k = 0; k < left.Length; k++)
        {
            if (double.IsFinite(state.Times[k]))
                continue;
            left[k] = new(At(k) + mean, variance * (1 + (1.0 / state.Learned.Count)));
            evidence += Math.Log(Math.Max(LeastProbability, left[k].Above(cut)));
            if (state.ToGo[k] is not { } toGo)
                continue;
            var measured = Theory.LogTime(state.Cut * Math.Exp(toGo));
            var error = (ProgressError * ProgressError * toGo * toGo) + (LeastProgressError * LeastProgressError);
            evidence += new Normal(left[k].Mean, left[k].Variance + error).LogDensity(measured);
            left[k] = left[k].With(measured, error);
        }

        return (evidence, left);
    }
}

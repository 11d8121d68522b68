using System.Numerics;
using System.Runtime.InteropServices;

namespace SkillTorch.Theories;

/// <summary>
/// The multilinear model's total losses as the finite sums that the scaling laws approximate, over n_s skills with
/// P(k) = k^(−(α+1)) normalised over those. Every term is summed (no truncation, no interpolation), vectorised: 10^5 skills
/// at 1000 times take a fraction of a second.
/// Source: arXiv 2404.17563, section on scaling laws.
/// </summary>
public sealed class SkillSums
{
    private readonly ScalingLaws laws;
    private readonly double[] p; // P(k) [n_s]
    private readonly double[] logMiss; // ln(1 − P(k)) [n_s]
    private readonly double[] tail; // Σ_{j ≥ k} P(j) [n_s + 1]

    /// <summary>Sums over a number of skills, with the laws' α, S, r and η.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 skill.</exception>
    public SkillSums(ScalingLaws laws, int skills)
    {
        this.laws = laws;
        p = Tasks.SkillFrequencies.PowerLaw(skills, laws.Alpha + 1);
        logMiss = [.. p.Select(x => x < 1e-4 ? -x * (1 + (x * (0.5 + (x * ((1.0 / 3) + (x / 4)))))) : Math.Log(1 - x))];
        tail = new double[skills + 1];
        for (var k = skills - 1; k >= 0; k--)
        {
            tail[k] = tail[k + 1] + p[k]; // smallest first
        }
    }

    /// <summary>Number of skills n_s.</summary>
    public int Skills => p.Length;

    /// <summary>P(k) [n_s].</summary>
    public IReadOnlyList<double> Frequencies => p;

    /// <summary>
    /// Loss after T steps on endless data with a basis function for every skill: (S²/2) Σ P(k) / (1 + (S/r − 1)^(−1) e^(2ηP(k)ST))².
    /// </summary>
    /// <param name="steps">T [n], each at least 0.</param>
    /// <returns>Loss [n].</returns>
    public double[] Time(ReadOnlySpan<double> steps)
    {
        var loss = new double[steps.Length];
        for (var i = 0; i < loss.Length; i++)
        {
            loss[i] = HalfSquare * Unlearned(Require.NonNegative(steps[i], nameof(steps)), 0, Skills);
        }

        return loss;
    }

    /// <summary>Expected loss after endless training on D samples: (S²/2) Σ P(k) (1 − P(k))^D.</summary>
    /// <param name="samples">D [n], each at least 0.</param>
    /// <returns>Loss [n].</returns>
    public double[] Data(ReadOnlySpan<double> samples)
    {
        var loss = Unseen(samples, Skills);
        for (var i = 0; i < loss.Length; i++)
        {
            loss[i] *= HalfSquare;
        }

        return loss;
    }

    /// <summary>
    /// Expected loss after endless training of N basis functions on D samples:
    /// ((S − r)²/2) Σ_{k≤N} P(k) (1 − P(k))^D + (S²/2) Σ_{k&gt;N} P(k), since a skill that has a basis function starts at r.
    /// </summary>
    /// <param name="samples">D [n], each at least 0.</param>
    /// <param name="parameters">N.</param>
    /// <returns>Loss [n].</returns>
    public double[] Mixed(ReadOnlySpan<double> samples, int parameters)
    {
        var n = Math.Min(Require.AtLeast(parameters, 0, nameof(parameters)), Skills);
        var loss = Unseen(samples, n);
        var unseen = Math.Pow(laws.TargetScale - laws.InitialStrength, 2) / 2;
        for (var i = 0; i < loss.Length; i++)
        {
            loss[i] = (unseen * loss[i]) + (HalfSquare * tail[n]);
        }

        return loss;
    }

    /// <summary>Loss after endless training on endless data with N basis functions: (S²/2) Σ_{k&gt;N} P(k).</summary>
    /// <param name="parameters">N [n], each at least 0; the loss is 0 from n_s on.</param>
    /// <returns>Loss [n].</returns>
    public double[] Parameters(ReadOnlySpan<int> parameters)
    {
        var loss = new double[parameters.Length];
        for (var i = 0; i < loss.Length; i++)
        {
            loss[i] = HalfSquare * tail[Math.Min(Require.AtLeast(parameters[i], 0, nameof(parameters)), Skills)];
        }

        return loss;
    }

    /// <summary>Loss with N basis functions after T steps on endless data: both sums.</summary>
    /// <param name="parameters">N [m], in increasing order.</param>
    /// <param name="steps">T [n], each at least 0.</param>
    /// <returns>Loss [m, n].</returns>
    public double[,] Compute(ReadOnlySpan<int> parameters, ReadOnlySpan<double> steps)
    {
        var loss = new double[parameters.Length, steps.Length];
        for (var j = 0; j < steps.Length; j++)
        {
            var t = Require.NonNegative(steps[j], nameof(steps));
            double learned = 0;
            var from = 0;
            for (var i = 0; i < parameters.Length; i++)
            {
                var previous = i == 0 ? 0 : parameters[i - 1];
                var to = Math.Min(Require.AtLeast(parameters[i], previous, "parameters (in increasing order)"), Skills);
                learned += Unlearned(t, from, to); // each skill is summed once for all N
                from = to;
                loss[i, j] = HalfSquare * (learned + tail[to]);
            }
        }

        return loss;
    }

    private double HalfSquare => laws.TargetScale * laws.TargetScale / 2;

    /// <summary>Σ_{k &lt; to} P(k) (1 − P(k))^D for each D.</summary>
    private double[] Unseen(ReadOnlySpan<double> samples, int to)
    {
        var unseen = new double[samples.Length];
        ReadOnlySpan<Vector<double>> ps = MemoryMarshal.Cast<double, Vector<double>>(p.AsSpan(0, to));
        ReadOnlySpan<Vector<double>> misses = MemoryMarshal.Cast<double, Vector<double>>(logMiss.AsSpan(0, to));
        for (var i = 0; i < unseen.Length; i++)
        {
            var d = Require.NonNegative(samples[i], nameof(samples));
            if (d == 0)
            {
                unseen[i] = tail[0] - tail[to]; // 0 · ln 0 of a single skill
                continue;
            }

            var sums = Vector<double>.Zero;
            for (var v = 0; v < ps.Length; v++)
            {
                sums += ps[v] * Vector.Exp(d * misses[v]);
            }

            var sum = Vector.Sum(sums);
            for (var k = ps.Length * Vector<double>.Count; k < to; k++)
            {
                sum += p[k] * Math.Exp(d * logMiss[k]);
            }

            unseen[i] = sum;
        }

        return unseen;
    }

    /// <summary>Σ_{from ≤ k &lt; to} P(k) / (1 + κ e^(2ηP(k)ST))², κ = (S/r − 1)^(−1).</summary>
    private double Unlearned(double t, int from, int to)
    {
        var kappa = 1 / ((laws.TargetScale / laws.InitialStrength) - 1);
        var rate = 2 * laws.LearningRate * laws.TargetScale * t;
        ReadOnlySpan<double> range = p.AsSpan(from, to - from);
        var ps = MemoryMarshal.Cast<double, Vector<double>>(range);
        var sums = Vector<double>.Zero;
        for (var v = 0; v < ps.Length; v++)
        {
            var odds = Vector<double>.One + (kappa * Vector.Exp(rate * ps[v]));
            sums += ps[v] / (odds * odds);
        }

        var sum = Vector.Sum(sums);
        for (var k = ps.Length * Vector<double>.Count; k < range.Length; k++)
        {
            var odds = 1 + (kappa * Math.Exp(rate * range[k]));
            sum += range[k] / (odds * odds);
        }

        return sum;
    }
}

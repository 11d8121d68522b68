using SkillTorch.Numerics;
using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>
/// The exact solution of <see cref="ResourceModel"/> for independent skills. All skills share one clock x with
/// dx = η_eff dt / (N0 + Σ_j f_j), in which each moves alone:
/// <code>
/// MSE            du_i/dx = −p_i u_i               u_i = e^(−p_i x), so u_i^(1/p_i) = e^(−x) is the same w for all skills
/// cross-entropy  dl_i/dx = p_i sigmoid(−l_i)      l_i + e^(l_i) = 1 + p_i x
/// </code>
/// and time follows by integrating dt: η_eff t = N0 x + Σ_j g_j(x), with g_j = 1 − u_j or l_j, monotone in x. One root-find
/// (Newton inside a bracket, in ln x, since clocks span hundreds of decades) gives every skill at any time.
/// </summary>
internal sealed class ResourceClock
{
    private readonly double rate;
    private readonly double n0;
    private readonly bool mse;
    private readonly double[] logP; // ln p [K], −∞ for a skill that never occurs

    public ResourceClock(ResourceModel model)
    {
        rate = model.EffectiveLearningRate!.Value;
        n0 = model.N0;
        mse = model.LossForm == LossKind.Mse;
        logP = [.. model.Frequencies.Select(p => Math.Log(p))];
    }

    /// <summary>Levels (u or logits) at given times, row-major [T, K]; times in increasing order.</summary>
    public void Levels(ReadOnlySpan<double> at, Span<double> levels) =>
        Evaluate(at, levels, mse ? z => Math.Exp(-Math.Exp(z)) : Special.CrossEntropyLogit);

    /// <summary>Strengths at given times, row-major [T, K]; not by way of the levels, so that a small one keeps its digits.</summary>
    public void Strength(ReadOnlySpan<double> at, Span<double> strength) =>
        Evaluate(at, strength, mse ? z => Special.OneMinusExp(Math.Exp(z)) : z => 1 / (1 + Math.Exp(-Special.CrossEntropyLogit(z))));

    /// <summary>Time at which a skill has a strength; the clock is explicit in the skill's level.</summary>
    public double TimeOf(int skill, double strength)
    {
        if (double.IsNegativeInfinity(logP[skill]))
        {
            return double.PositiveInfinity;
        }

        double y;
        if (mse)
        {
            y = Math.Log(-Math.Log(1 - strength)) - logP[skill];
        }
        else
        {
            var logit = Math.Log(strength / (1 - strength));
            y = Math.Log(logit - Special.OneMinusExp(-logit)) - logP[skill];
        }

        return Evaluate(y).Value / rate;
    }

    /// <summary>A function of z = ln(p_i x), −∞ for a skill that never occurs, for each skill at each time.</summary>
    private void Evaluate(ReadOnlySpan<double> at, Span<double> values, Func<double, double> function)
    {
        var y = double.NegativeInfinity; // ln x
        for (var t = 0; t < at.Length; t++)
        {
            y = LogClock(rate * at[t], y);
            for (var i = 0; i < logP.Length; i++)
            {
                values[(t * logP.Length) + i] = function(double.IsNegativeInfinity(logP[i]) ? logP[i] : y + logP[i]);
            }
        }
    }

    /// <summary>ln x with N0 x + Σ g_j(x) = target, given that it is not below <paramref name="previous"/>.</summary>
    private double LogClock(double target, double previous)
    {
        if (target == 0)
        {
            return double.NegativeInfinity;
        }

        if (mse && n0 == 0 && target >= logP.Count(double.IsFinite))
        {
            return double.PositiveInfinity; // every skill is learned in finite time
        }

        // The slope in x is largest at x = 0, so x ≥ target / slope.
        var slope = n0 + (logP.Sum(Math.Exp) * (mse ? 1 : 0.5));
        double lower = Math.Max(Math.Log(target / slope) - 1e-12, previous),
            upper = double.PositiveInfinity;
        double y = lower,
            stride = 1;
        for (var i = 0; i < 300; i++)
        {
            (var value, var derivative) = Evaluate(y);
            var excess = value - target;
            if (Math.Abs(excess) <= 4e-16 * target)
            {
                break; // on a plateau between two skills rounding ends the search before the step below does
            }

            lower = excess < 0 ? y : lower;
            upper = excess < 0 ? upper : y;
            var next = y - (excess / derivative);
            var newton = next >= lower && next <= Math.Min(upper, y + stride);
            if (!newton)
            {
                next = double.IsInfinity(upper) ? y + stride : lower + ((upper - lower) / 2);
                stride *= 2;
            }

            // After a Newton step of 1e-9 the error, quadratic in it, is below rounding.
            var done = (newton && Math.Abs(next - y) <= 1e-9) || upper - lower <= 4e-16 * Math.Abs(y);
            y = next;
            if (done)
            {
                break;
            }
        }

        return y;
    }

    /// <summary>η_eff t at ln x = y, and its derivative by y.</summary>
    private (double Value, double Derivative) Evaluate(double y)
    {
        var value = n0 == 0 ? 0 : n0 * Math.Exp(y);
        var derivative = value;
        foreach (var own in logP)
        {
            var z = y + own;
            if (double.IsNegativeInfinity(z))
            {
                continue;
            }

            if (mse)
            {
                var x = Math.Exp(z); // p x
                value += Special.OneMinusExp(x);
                derivative += x > 745 ? 0 : x * Math.Exp(-x);
            }
            else
            {
                var logit = Special.CrossEntropyLogit(z);
                value += logit;
                derivative += z > 40 ? 1 : Math.Exp(z) / (1 + Math.Exp(logit));
            }
        }

        return (value, derivative);
    }
}

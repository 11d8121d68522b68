using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>The losses on offer.</summary>
public enum LossKind
{
    /// <summary>Mean squared error, without a factor ½.</summary>
    Mse,

    /// <summary>
    /// Cross-entropy: of the sigmoid of each output, a logit, and its 0/1 target; of the softmax over all outputs where the task's
    /// outputs stand for classes; −log s for abstract skills.
    /// </summary>
    CrossEntropy,
}

internal static class Losses
{
    /// <summary>Loss of one output (a logit for cross-entropy) and its target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Value(this LossKind kind, double output, double target) =>
        kind switch
        {
            LossKind.Mse => (output - target) * (output - target),
            LossKind.CrossEntropy => Math.Max(output, 0) - output * target + Log1p(Math.Exp(-Math.Abs(output))),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown loss."),
        };

    /// <summary>The prediction that an output stands for: the output itself, or its sigmoid for cross-entropy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Prediction(this LossKind kind, double output) =>
        kind == LossKind.CrossEntropy ? 1 / (1 + Math.Exp(-output)) : output;

    /// <summary>Losses of eight outputs and the predictions that they stand for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<double> Loss, Vector512<double> Prediction) Evaluate(
        this LossKind kind,
        Vector512<double> output,
        Vector512<double> target
    )
    {
        if (kind == LossKind.Mse)
            return ((output - target) * (output - target), output);

        // e = e^(−|o|) cannot overflow. log(1 + e) = 2 artanh(z) with z = e/(2 + e) ≤ ⅓ keeps every digit of small losses.
        var one = Vector512<double>.One;
        var small = Vector512.Exp(-Vector512.Abs(output));
        var u = one + small;
        var z = small / (one + u);
        var series = Vector512<double>.Zero;
        for (var n = 15; n >= 0; n--)
            series = series * (z * z) + Vector512.Create(1.0 / (2 * n + 1));
        var log = 2 * z * series;
        var sigmoid = Vector512.ConditionalSelect(Vector512.LessThan(output, Vector512<double>.Zero), small / u, one / u);
        return (Vector512.Max(output, Vector512<double>.Zero) - output * target + log, sigmoid);
    }

    /// <summary>Losses of outputs and the predictions that they stand for.</summary>
    public static (Tensor Loss, Tensor Prediction) Evaluate(this LossKind kind, Tensor output, Tensor target)
    {
        if (kind == LossKind.Mse)
            return ((output - target).Squared(), output);
        var tail = output.abs().neg().exp().log1p();
        return ((output.relu() - output * target).Plus(tail), output.sigmoid());
    }

    /// <summary>ln(1 + x) without losing the digits of a small x (Kahan's correction; .NET's own LogP1 adds).</summary>
    public static double Log1p(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}

using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>The measured quantities by the names that options use.</summary>
internal static class Quantity
{
    /// <summary>Total loss Σ p_i ℓ_i: one column, not one a skill.</summary>
    public const string TotalLoss = "total-loss";

    /// <summary>Quantities that every trajectory has.</summary>
    public static readonly IReadOnlyList<string> Names = ["strength", "accuracy", "loss", TotalLoss, "frequency"];

    /// <summary>Whether learning lowers the quantity.</summary>
    public static bool FallsWithLearning(string quantity) => quantity is "loss" or TotalLoss;

    /// <summary>A quantity of every skill [M, K], or the total loss [M, 1]; null if the trajectory lacks it.</summary>
    public static double[,]? Find(Trajectory curve, string quantity)
    {
        switch (quantity)
        {
            case "strength":
                return curve.Strength;
            case "accuracy":
                return curve.Accuracy;
            case "loss":
                return curve.Loss;
        }
        if (curve.Extra.TryGetValue(quantity, out var extra))
            return extra;
        if (quantity is not (TotalLoss or "frequency"))
            return null;
        var total = quantity == TotalLoss ? curve.TotalLoss() : null;
        var columns = new double[curve.Steps.Length, total is null ? curve.Skills : 1];
        for (var m = 0; m < columns.GetLength(0); m++)
        {
            for (var k = 0; k < columns.GetLength(1); k++)
                columns[m, k] = total?[m] ?? curve.Frequencies[k];
        }

        return columns;
    }

    /// <summary>
    /// First measured step at which a column lies beyond a threshold; +∞ if none does.
    /// Interpolated, the straight line from the measurement before is cut instead.
    /// </summary>
    public static double FirstBeyond(IReadOnlyList<double> x, Func<int, double> y, double threshold, bool falling, bool interpolate)
    {
        for (var m = 0; m < x.Count; m++)
        {
            if (!(falling ? y(m) < threshold : y(m) > threshold))
                continue;
            if (!interpolate || m == 0 || !double.IsFinite(y(m - 1)) || !double.IsFinite(y(m)))
                return x[m];
            return x[m - 1] + (x[m] - x[m - 1]) * (threshold - y(m - 1)) / (y(m) - y(m - 1));
        }
        return double.PositiveInfinity;
    }
}

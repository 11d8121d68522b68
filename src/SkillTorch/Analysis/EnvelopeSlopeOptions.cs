using System.ComponentModel.DataAnnotations;
using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// Slope d ln L*/d ln C of the lower envelope of a family of learning curves: with total losses L_N(t) for swept values
/// N, and C = N·t (compute), L*(C) = min over N of L_N(C/N), each curve taken as straight between its measurements in
/// ln L against ln C. The envelope is read at C spaced evenly in ln C, within the curves' common reach.
/// </summary>
[Kind("envelope-slope")]
public sealed record EnvelopeSlopeOptions : AnalysisOptions
{
    /// <summary>Sweep key of N, by which steps are multiplied.</summary>
    public required string Key { get; init; }

    /// <summary>Smallest C; null is the smallest of any curve.</summary>
    public double? From { get; init; }

    /// <summary>Largest C; null is the largest of any curve.</summary>
    public double? To { get; init; }

    /// <summary>Number of C at which the envelope is read.</summary>
    [Range(2, 1_000_000)]
    public int Points { get; init; } = 100;

    /// <summary>How local slopes become one number; null is the least-squares slope instead.</summary>
    public Aggregate? Local { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        from trial in run.Trials
        where trial.Sweep.Has(Key)
        group trial by trial.Place with
        {
            Sweep = trial.Sweep.Without(key => key == Key),
        } into family
        select new AnalysisValue(family.Key, Name, Slope([.. family.Select(Curve)]));

    // Step 0 has no logarithm.
    private (double[] C, double[] Loss) Curve(TrialResult trial)
    {
        var n = trial.Sweep.Number(Key);
        var loss = trial.Trajectory.TotalLoss();
        int[] rows = [.. Enumerable.Range(0, loss.Length).Where(m => trial.Trajectory.Steps[m] > 0)];
        return ([.. rows.Select(m => Math.Log(n * trial.Trajectory.Steps[m]))], [.. rows.Select(m => Math.Log(loss[m]))]);
    }

    private double Slope((double[] C, double[] Loss)[] curves)
    {
        curves = [.. curves.Where(c => c.C.Length > 0)];
        if (curves.Length == 0)
            return double.NaN;
        var low = From is { } from ? Math.Log(from) : curves.Min(c => c.C[0]);
        var high = To is { } to ? Math.Log(to) : curves.Max(c => c.C[^1]);
        var envelope = new List<(double, double)>();
        for (var i = 0; i < Points; i++)
        {
            var c = low + (high - low) * i / (Points - 1);
            var here = curves.Where(curve => c >= curve.C[0] && c <= curve.C[^1]).Select(curve => At(curve, c)).ToList();
            if (here.Count > 0)
                envelope.Add((Math.Exp(c), Math.Exp(SampleStatistics.Reduce(here, Aggregate.Min))));
        }
        return SampleStatistics.LogSlope(envelope, Local);
    }

    private static double At((double[] C, double[] Loss) curve, double c)
    {
        var row = Array.BinarySearch(curve.C, c);
        if (row >= 0)
            return curve.Loss[row];
        row = ~row;
        var weight = (c - curve.C[row - 1]) / (curve.C[row] - curve.C[row - 1]);
        return (1 - weight) * curve.Loss[row - 1] + weight * curve.Loss[row];
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        Require(plan.SweepKeys.Contains(Key), "key", Key, Choice("one of the sweep keys", plan.SweepKeys));
        Require(From is null or > 0, "from", From, "a positive number");
        RequireWindow(From, To, double.NegativeInfinity);
    }
}

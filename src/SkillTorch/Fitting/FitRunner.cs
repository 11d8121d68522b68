using System.Runtime.InteropServices;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>Lays theories over the measurements of an experiment.</summary>
public static class FitRunner
{
    private const int MaximumSteps = 400;

    /// <summary>Fits every theory to every case and sweep value, over the mean of its replicates, or to each of them where the theory depends on the draw of the task.</summary>
    /// <param name="theories">The experiment's theories.</param>
    /// <param name="trials">Finished trials.</param>
    /// <param name="cancellation">Stops between two fits.</param>
    /// <returns>Fits, and the predictions at the measured steps (at most 400 of them).</returns>
    /// <exception cref="InvalidOptionException">A theory does not apply, or has no such parameter.</exception>
    public static (IReadOnlyList<FitResult> Fits, IReadOnlyList<TheoryCurve> Curves) Run(
        IReadOnlyList<TheoryOptions> theories, IReadOnlyList<TrialResult> trials, CancellationToken cancellation = default)
    {
        var fits = new List<FitResult>();
        var curves = new List<TheoryCurve>();
        foreach (var group in trials.GroupBy(t => (t.Case, Sweep: string.Join('\n', t.Sweep.Select(s => $"{s.Key}={s.Value}")))))
        {
            foreach (var options in theories.Where(t => t.Cases is null || t.Cases.Contains(group.Key.Case)))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var replicates in options.PerReplicate ? group.Chunk(1) : [[.. group]])
                {
                    var (fit, curve) = Run(options, replicates);
                    fits.Add(fit);
                    curves.Add(curve);
                }
            }
        }

        return (fits, curves);
    }

    private static (FitResult Fit, TheoryCurve Curve) Run(TheoryOptions options, IReadOnlyList<TrialResult> replicates)
    {
        var first = replicates[0];
        var rows = Thin(first.Trajectory.Steps.Length);
        int[] steps = [.. rows.Select(m => first.Trajectory.Steps[m])];
        double[] at = [.. steps.Select(s => (double)s)];
        var result = new CurveFit(options.Bind(first.Trial), options.Fit, at, [.. replicates.Select(r => Rows(r.Trajectory.Strength, rows))]).Run();
        var label = options.Label ?? result.Theory.Name;
        int? replicate = options.PerReplicate ? first.Replicate : null;
        return (
            new FitResult(first.Case, first.Sweep, label, result.Parameters, result.R2, result.Rmse, result.Aic, result.Points)
            {
                Replicate = replicate,
                Note = result.Note,
            },
            new TheoryCurve(first.Case, first.Sweep, label, Predict(result.Theory, steps, at)) { Replicate = replicate });
    }

    private static Trajectory Predict(SkillTheory theory, int[] steps, double[] at)
    {
        var accuracy = new double[at.Length, theory.Skills];
        MemoryMarshal.CreateSpan(ref accuracy[0, 0], accuracy.Length).Fill(double.NaN);
        return new Trajectory(steps, [.. theory.Frequencies], theory.Loss(at), theory.Strength(at), accuracy);
    }

    /// <summary>At most <see cref="MaximumSteps"/> evenly chosen rows, first and last among them.</summary>
    private static int[] Thin(int rows) =>
        rows <= MaximumSteps
            ? [.. Enumerable.Range(0, rows)]
            : [.. Enumerable.Range(0, MaximumSteps).Select(i => (int)Math.Round(i * (rows - 1.0) / (MaximumSteps - 1)))];

    private static double[,] Rows(double[,] matrix, int[] rows)
    {
        var chosen = new double[rows.Length, matrix.GetLength(1)];
        for (var m = 0; m < rows.Length; m++)
            for (var k = 0; k < chosen.GetLength(1); k++)
                chosen[m, k] = matrix[rows[m], k];
        return chosen;
    }
}

using System.Runtime.InteropServices;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>Lays theories over the measurements of an experiment.</summary>
/// <remarks>
/// A theory of steps is laid over the learning curves of each case and sweep value. A theory of samples or of parameters is laid
/// over the sweep of <c>training.datasetSize</c> or <c>model.width</c>: its datum is each skill's strength at the last measured
/// step. Where there is no such sweep, the steps themselves stand for samples or parameters, as in the scaling sums.
/// </remarks>
public static class FitRunner
{
    private const int MaximumSteps = 400;

    /// <summary>
    /// Fits every theory to every case and sweep value, over the mean of its replicates, or to each of them where the theory depends on
    /// the draw of the task or the experiment asks for that.
    /// </summary>
    /// <param name="theories">The experiment's theories; one that takes parameters stands after those it takes them from.</param>
    /// <param name="trials">Finished trials.</param>
    /// <param name="cancellation">Stops between two fits.</param>
    /// <returns>Fits in the order of the trials, and the predictions at the measured steps (at most 400 of them).</returns>
    /// <exception cref="InvalidOptionException">A theory does not apply, or has no such parameter.</exception>
    public static (IReadOnlyList<FitResult> Fits, IReadOnlyList<TheoryCurve> Curves) Run(
        IReadOnlyList<SkillTheory> theories,
        IReadOnlyList<TrialResult> trials,
        CancellationToken cancellation = default
    )
    {
        var laid = new List<(int Place, FitResult Fit, IReadOnlyList<TheoryCurve> Curves)>();
        foreach (var options in theories)
        {
            var chosen = trials.Index().Where(t => options.Cases?.Contains(t.Item.Case) ?? true).ToList();
            // a kind of theory is a function of one thing
            var function = chosen.Count == 0 ? null : KeyOf(options.Bind(chosen[0].Item.Trial));
            foreach (var group in chosen.GroupBy(t => PlaceOf(options, function, t.Item)))
            {
                cancellation.ThrowIfCancellationRequested();
                var (place, first) = group.First();
                TrialResult[] members = [.. group.Select(t => t.Item)];
                var theory = Take(options, options.Bind(first.Trial), first, [.. laid.Select(l => l.Fit)]);
                var (fit, curves) =
                    theory is null ? Refuse(options, first)
                    : Sweeps(first, function) ? FitOverSweep(options, theory, function!, members)
                    : FitOverSteps(options, theory, members);
                laid.Add((place, fit, curves));
            }
        }

        var ordered = laid.OrderBy(l => l.Place).ToList();
        return ([.. ordered.Select(l => l.Fit)], [.. ordered.SelectMany(l => l.Curves)]);
    }

    /// <summary>The setting that a theory is a function of; null where that is the training step.</summary>
    internal static string? KeyOf(SkillTheory theory) =>
        theory.Abscissa switch
        {
            Abscissa.Samples => "training.datasetSize",
            Abscissa.Parameters => "model.width",
            _ => null,
        };

    /// <summary>Whether a trial belongs to a sweep over a setting.</summary>
    internal static bool Sweeps(TrialResult trial, string? key) => key is not null && trial.Sweep.Has(key);

    /// <summary>Where a fit that a trial takes part in belongs: it spans the sweep of what the theory is a function of.</summary>
    private static Place PlaceOf(SkillTheory options, string? function, TrialResult trial) =>
        new(trial.Case, trial.Sweep.Without(key => key == function), ReplicateOf(options, trial));

    private static int? ReplicateOf(SkillTheory options, TrialResult trial) =>
        options.PerReplicate || options.DependsOnDraw ? trial.Replicate : null;

    /// <summary>
    /// The theory with the parameters that it takes from earlier fits; null where such a fit is missing, for want of finished trials.
    /// </summary>
    private static SkillTheory? Take(SkillTheory options, SkillTheory theory, TrialResult at, IReadOnlyList<FitResult> fits)
    {
        foreach (var (name, from) in options.Take)
        {
            var taken = fits.Where(f =>
                    f.Case == from.Case && f.Theory == (from.Theory ?? options.Name) && f.Sweep.IsCompatibleWith(at.Sweep)
                )
                .SelectMany(f => f.Parameters)
                .Where(p => p.Name == name)
                .ToList();
            if (taken.Count > 1)
            {
                throw new InvalidOptionException(
                    $"theories.take.{name}",
                    $"Got {taken.Count} fits in case \"{from.Case}\" for `take.{name}` of the {options.Name} theory; expected one, or "
                        + $"a sweep whose values tell which."
                );
            }

            if (taken is not [var parameter])
                return null;
            theory = theory.With(name, parameter.Value);
        }

        return theory;
    }

    private static (FitResult Fit, IReadOnlyList<TheoryCurve> Curves) Refuse(SkillTheory options, TrialResult first)
    {
        var parameters = options
            .Bind(first.Trial)
            .Parameters.Select(p => new FittedParameter(p.Name, double.NaN, double.NaN, double.NaN, Fitted: false));
        var cases = string.Join(", ", options.Take.Values.Select(t => $"\"{t.Case}\"").Distinct());
        return (
            new FitResult(first.Place.OverReplicates, options.Name, [.. parameters], double.NaN, double.NaN, double.NaN, 0)
            {
                Note = $"not laid: no fit in case {cases} to take {string.Join(", ", options.Take.Keys)} from",
            },
            []
        );
    }

    private static (FitResult Fit, IReadOnlyList<TheoryCurve> Curves) FitOverSteps(
        SkillTheory options,
        SkillTheory theory,
        IReadOnlyList<TrialResult> replicates
    )
    {
        var first = replicates[0];
        var rows = Thin(first.Trajectory.Steps.Length);
        int[] steps = [.. rows.Select(m => first.Trajectory.Steps[m])];
        double[] at = [.. steps.Select(s => (double)s)];
        var place = PlaceOf(options, null, first);
        var result = new CurveFit(
            theory,
            options.Fit,
            at,
            [.. replicates.Select(r => SelectRows([.. rows.Select(m => (r.Trajectory, m))]))]
        ).Run();
        return (Describe(options, place, result), [new TheoryCurve(place, options.Name, Predict(result.Theory, steps, at))]);
    }

    private static (FitResult Fit, IReadOnlyList<TheoryCurve> Curves) FitOverSweep(
        SkillTheory options,
        SkillTheory theory,
        string key,
        IReadOnlyList<TrialResult> trials
    )
    {
        var byValue = trials.GroupBy(Value).OrderBy(g => g.Key).ToList();
        // A failed trial leaves a gap: the most complete replicates are compared, where all of them have points.
        var replicates = trials.GroupBy(t => t.Replicate).Select(g => g.OrderBy(Value).ToList()).ToList();
        var most = replicates.MaxBy(r => r.Count)!.Select(Value).ToList();
        var complete = replicates.Select(r => r.Where(t => most.Contains(Value(t))).ToList()).Where(r => r.Count == most.Count);
        var result = new CurveFit(
            theory,
            options.Fit,
            [.. most],
            [.. complete.Select(r => SelectRows([.. r.Select(t => (t.Trajectory, t.Trajectory.Steps.Length - 1))]))]
        ).Run();
        var first = trials[0];
        return (
            Describe(options, PlaceOf(options, key, first), result),
            [
                .. byValue.Select(g => new TheoryCurve(
                    g.First().Place with
                    {
                        Replicate = ReplicateOf(options, first),
                    },
                    options.Name,
                    Predict(result.Theory, [g.First().Trajectory.Steps[^1]], [g.Key])
                )),
            ]
        );

        double Value(TrialResult trial) => trial.Sweep.Number(key);
    }

    private static FitResult Describe(SkillTheory options, Place place, CurveFitResult result) =>
        new(place, options.Name, result.Parameters, result.R2, result.Rmse, result.Aic, result.Points)
        {
            Note = string.Join(
                "; ",
                options.Take.Select(t => $"{t.Key} taken from case \"{t.Value.Case}\"").Prepend(result.Note).OfType<string>()
            )
                is { Length: > 0 } note
                ? note
                : null,
        };

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

    /// <summary>Strengths [T, K] at chosen measurements.</summary>
    private static double[,] SelectRows(IReadOnlyList<(Trajectory Trajectory, int Row)> rows)
    {
        var chosen = new double[rows.Count, rows[0].Trajectory.Skills];
        for (var m = 0; m < rows.Count; m++)
        {
            for (var k = 0; k < chosen.GetLength(1); k++)
                chosen[m, k] = rows[m].Trajectory.Strength[rows[m].Row, k];
        }

        return chosen;
    }
}

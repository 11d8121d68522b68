using SkillTorch.Analysis;
using SkillTorch.Fitting;
using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>What comes after training: fits → analyses → claims → tables → figure → report.</summary>
internal static class RunEvaluation
{
    /// <summary>Evaluates the finished trials and writes all files of the run directory.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="run">Its finished trials.</param>
    /// <param name="observer">Follows the run.</param>
    /// <param name="writeExperiment">Writes experiment.json, which figure and report read.</param>
    /// <param name="cancellation">Stops between two parts.</param>
    /// <returns>The run with what was found.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static RunResult Evaluate(
        ExperimentConfig config,
        RunResult run,
        IRunObserver? observer,
        Action writeExperiment,
        CancellationToken cancellation
    )
    {
        var experiment = config.Experiment;
        var sweepKeys = Placed.SweepKeys(config.Trials);
        string At(string file) => Path.Combine(run.Directory, file);
        void BeginStage(string name)
        {
            cancellation.ThrowIfCancellationRequested();
            observer?.OnProgress(new RunProgress(name, 0, config.Trials.Count, config.Trials.Count));
        }

        var (fits, curves, values) = Analyse(1);
        IReadOnlyList<AnalysisValue>[] seeds = [values, .. Enumerable.Range(2, experiment.Repeats - 1).Select(r => Analyse(r).Values)];
        var claims = ClaimJudge.JudgeAtSeeds(experiment.Claims, seeds, config.Profile);

        BeginStage("Writing tables");
        var trials = TrialsOf(run, 1);
        TrajectoryTable.WriteAll(At("metrics.csv"), trials);
        RunTables.Losses(sweepKeys).Write(At("losses.csv"), trials.SelectMany(Losses));
        RunTables.Theory(sweepKeys).Write(At("theory.csv"), RunTables.Points(curves, curve => curve.Curve));
        FitsFile.Write(At(FitsFile.Name), fits);
        RunTables.Analyses(sweepKeys).Write(At("analyses.csv"), values);
        ClaimsFile.Write(At(ClaimsFile.Name), claims);
        writeExperiment();

        BeginStage("Drawing");
        if (experiment.Figure is not null)
        {
            foreach (var note in FigureRenderer.Render(run.Directory).Notes)
                observer?.OnNote(note);
        }

        foreach (var note in HtmlReport.Write(At("report.html"), run.Directory))
            observer?.OnNote(note);
        return run with { Fits = fits, Claims = claims };

        (IReadOnlyList<FitResult> Fits, IReadOnlyList<TheoryCurve> Curves, IReadOnlyList<AnalysisValue> Values) Analyse(int repeat)
        {
            var which = experiment.Repeats == 1 ? "" : $", seed {repeat} of {experiment.Repeats}";
            BeginStage($"Fitting theories{which}");
            var (fits, curves) = FitRunner.Run(experiment.Theories, TrialsOf(run, repeat), cancellation);
            BeginStage($"Analysing{which}");
            var data = new RunData(SelectAnalysed(config, run, repeat), fits) { Theories = curves };
            return (fits, curves, AnalysisRunner.Evaluate(experiment.Analyses, data));
        }
    }

    private static IReadOnlyList<TrialResult> TrialsOf(RunResult run, int repeat) => [.. run.Trials.Where(t => t.Repeat == repeat)];

    private static IEnumerable<(TrialResult Trial, int Step, double Loss)> Losses(TrialResult trial) =>
        trial.Trajectory.TotalLoss().Select((loss, m) => (trial, trial.Trajectory.Steps[m], loss));

    // Left out, a trial that failed would flatter the settings that made it fail: it stands as one that learned nothing.
    private static IReadOnlyList<TrialResult> SelectAnalysed(ExperimentConfig config, RunResult run, int repeat)
    {
        if (run.Failed.Count == 0)
            return TrialsOf(run, repeat);
        var failed = run.Failed.Select(f => f.Trial).ToHashSet();
        var finished = TrialsOf(run, repeat).ToDictionary(t => t.Place);
        return
        [
            .. config
                .Trials.Where(t => t.Repeat == repeat)
                .Select(t =>
                    failed.Contains(t)
                        ? new TrialResult(t.Place, t.Trial, Trajectory.Undefined(t.Trial))
                        : finished.GetValueOrDefault(t.Place)
                )
                .OfType<TrialResult>(),
        ];
    }
}

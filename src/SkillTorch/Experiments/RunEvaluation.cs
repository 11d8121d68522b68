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

        BeginStage("Fitting theories");
        var (fits, curves) = FitRunner.Run(experiment.Theories, run.Trials, cancellation);

        BeginStage("Analysing");
        var values = AnalysisRunner.Evaluate(experiment.Analyses, new RunData(SelectAnalysed(config, run), fits) { Theories = curves });
        var claims = ClaimJudge.Judge(experiment.Claims, values, config.Profile);

        BeginStage("Writing tables");
        TrajectoryTable.WriteAll(At("metrics.csv"), run.Trials);
        RunTables.Losses(sweepKeys).Write(At("losses.csv"), run.Trials.SelectMany(Losses));
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
    }

    private static IEnumerable<(TrialResult Trial, int Step, double Loss)> Losses(TrialResult trial) =>
        trial.Trajectory.TotalLoss().Select((loss, m) => (trial, trial.Trajectory.Steps[m], loss));

    // Left out, a trial that failed would flatter the settings that made it fail: it stands as one that learned nothing.
    private static IReadOnlyList<TrialResult> SelectAnalysed(ExperimentConfig config, RunResult run)
    {
        if (run.Failed.Count == 0)
            return run.Trials;
        var failed = run.Failed.Select(f => f.Trial).ToHashSet();
        var finished = new Queue<TrialResult>(run.Trials);
        return
        [
            .. config.Trials.Select(t =>
                failed.Contains(t) ? new TrialResult(t.Place, t.Trial, Trajectory.Undefined(t.Trial)) : finished.Dequeue()
            ),
        ];
    }
}

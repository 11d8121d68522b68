using System.Text.Json.Nodes;

namespace SkillTorch.Experiments;

/// <summary>An experiment with all of its layers applied and checked: what a run needs.</summary>
public sealed class ExperimentConfig
{
    private ExperimentConfig(
        Experiment experiment,
        JsonObject json,
        IReadOnlyList<PlannedTrial> trials,
        string? profile,
        IReadOnlyList<string> warnings
    )
    {
        Experiment = experiment;
        Json = json;
        Trials = trials;
        Profile = profile;
        Warnings = warnings;
    }

    /// <summary>The experiment.</summary>
    public Experiment Experiment { get; }

    /// <summary>The experiment as JSON with every default spelt out and without profiles: what <c>experiment.json</c> holds.</summary>
    public JsonObject Json { get; }

    /// <summary>The trials: repeat × case × sweep × replicate, in this order.</summary>
    public IReadOnlyList<PlannedTrial> Trials { get; }

    /// <summary>Name of the profile in use; null if none.</summary>
    public string? Profile { get; }

    /// <summary>Sentences on what is allowed but may not be meant.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Checks an experiment that a program has made.</summary>
    /// <param name="experiment">The experiment; its profiles are ignored.</param>
    /// <returns>The experiment, ready to run.</returns>
    /// <exception cref="ConfigException">Something is wrong with it.</exception>
    public static ExperimentConfig From(Experiment experiment) => From((JsonObject)OptionsWriter.Write(experiment)!, null, [], []);

    /// <summary>Binds and checks an experiment's JSON.</summary>
    /// <param name="json">The experiment, its figure complete.</param>
    /// <param name="profile">Name of the profile in use; null if none.</param>
    /// <param name="warnings">Sentences on what is allowed but may not be meant.</param>
    /// <param name="found">What was found to be wrong when the file was read; told with the rest.</param>
    /// <exception cref="ConfigException">Something is wrong with it; all problems are listed.</exception>
    internal static ExperimentConfig From(
        JsonObject json,
        string? profile,
        IReadOnlyList<string> warnings,
        IEnumerable<ConfigProblem> found
    )
    {
        var problems = new List<ConfigProblem>();
        var experiment = (Experiment?)new OptionsBinder(problems).BindRecord(json, typeof(Experiment), "");
        if (problems.Count == 0)
            ExperimentChecks.CheckExperiment(experiment!, problems);

        // Cases and sweep values are expanded even when the base has problems, so that the user sees all at once;
        // what the base itself gets wrong is not said again for every case.
        var plan = new ExperimentPlan();
        IReadOnlyList<PlannedTrial> trials = [];
        if (experiment is { Cases: not null, Sweep: not null })
            trials = plan.ExpandRepeats(experiment, json);
        problems.AddRange(plan.Problems.Where(p => !problems.Any(q => q with { Where = null } == p with { Where = null })));
        if (problems.Count == 0 && experiment!.Budget is { } budget)
            ExperimentChecks.CheckBudget(budget, trials, problems);
        if (problems.Count == 0)
            ExperimentChecks.CheckEvaluation(experiment!, trials, problems);
        problems.AddRange(found);
        if (problems.Count > 0)
            throw new ConfigException(problems);

        experiment = experiment! with { Profiles = new Dictionary<string, JsonObject>() };
        return new ExperimentConfig(experiment, (JsonObject)OptionsWriter.Write(experiment)!, trials, profile, warnings);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Analysis;
using SkillTorch.Fitting;
using SkillTorch.Models;
using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>What the single options cannot know: references between sections, duplicates, and combinations.</summary>
internal static class ExperimentChecks
{
    /// <summary>Checks an experiment whose options have been bound.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="problems">Where problems are added.</param>
    public static void CheckExperiment(Experiment experiment, ICollection<ConfigProblem> problems)
    {
        if (
            experiment.Tag.Length == 0
            || experiment.Tag.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            || experiment.Tag[0] == '.'
        )
        {
            problems.Add(
                new ConfigProblem(
                    "tag",
                    Quoted(experiment.Tag),
                    "letters, digits, hyphens, underscores and dots, for it names the run directory"
                )
            );
        }

        CheckCases(experiment, problems);
        CheckTheories(experiment, problems);
    }

    /// <summary>Checks theories, analyses, claims and figure against the trials that there will be.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="trials">Its trials.</param>
    /// <param name="problems">Where problems are added.</param>
    public static void CheckEvaluation(Experiment experiment, IReadOnlyList<PlannedTrial> trials, ICollection<ConfigProblem> problems)
    {
        var cases = trials.Select(t => t.Case).Distinct().ToArray();
        var sweepKeys = Placed.SweepKeys(trials);
        var found = new List<ConfigProblem>();
        foreach (var (i, theory) in experiment.Theories.Index())
        {
            foreach (var label in (theory.Cases ?? []).Except(cases))
            {
                problems.Add(
                    new ConfigProblem($"theories[{i}].cases", Quoted(label), OptionText.OneOf(cases), NearestName.Find(label, cases))
                );
            }

            Take(experiment, i, cases, problems);
            foreach (var trial in trials.Where(t => theory.Cases?.Contains(t.Case) ?? true).DistinctBy(t => t.Case))
            {
                if (Attempt(() => theory.Bind(trial.Trial), found, $"theories[{i}]") is not { } bound)
                    continue;
                var parameters = bound.Parameters.Select(p => p.Name).ToArray();
                foreach (var name in theory.Fit.Except(parameters))
                {
                    found.Add(
                        new ConfigProblem(
                            $"theories[{i}].fit",
                            Quoted(name),
                            OptionText.OneOf(parameters),
                            NearestName.Find(name, parameters)
                        )
                    );
                }

                foreach (var name in theory.Take.Keys.Except(parameters))
                {
                    found.Add(
                        new ConfigProblem(
                            $"theories[{i}].take",
                            Quoted(name),
                            OptionText.OneOf(parameters),
                            NearestName.Find(name, parameters)
                        )
                    );
                }
                // A toy model may let its steps stand for samples or parameters.
                if (trial.Trial.Model is not DynamicsOptions && FitRunner.KeyOf(bound) is { } key && !trial.Sweep.Has(key))
                {
                    found.Add(
                        new ConfigProblem(
                            $"theories[{i}].kind",
                            Quoted(Catalog.KindOf(theory)),
                            $"a sweep over {key}, or a theory of steps"
                        )
                    );
                }
            }
        }

        // A theory that does not fit one case seldom fits the next: say it once.
        foreach (var problem in found.Distinct())
            problems.Add(problem);

        string[] extra = [.. trials.SelectMany(t => t.Trial.Task.ExtraQuantities.Concat(t.Trial.Model.ExtraQuantities)).Distinct()];
        var plan = new AnalysisPlan(
            cases,
            sweepKeys,
            [.. experiment.Theories.Select(t => t.Name).Distinct()],
            trials.Max(t => t.Trial.Task.GetSkills().Count)
        )
        {
            ExtraQuantities = extra,
            SweepValues = trials
                .SelectMany(t => t.Sweep)
                .Distinct()
                .GroupBy(s => s.Key, s => s.Value)
                .ToDictionary(values => values.Key, values => (IReadOnlyList<object>)[.. values]),
            Trials = [.. trials.DistinctBy(t => t.Case).Select(t => t.Trial)],
        };
        Attempt(
            () =>
            {
                AnalysisRunner.Validate(experiment.Analyses, experiment.Claims, plan);
                return plan;
            },
            problems,
            "analyses"
        );
        foreach (var sentence in experiment.Figure is null ? [] : FigureRenderer.Check(experiment.Figure, sweepKeys, extra))
            problems.Add(new ConfigProblem("figure", "", "") { Sentence = sentence });
    }

    /// <summary>Checks the trials against the experiment's budget.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="trials">The trials.</param>
    /// <param name="problems">Where problems are added.</param>
    public static void CheckBudget(Budget budget, IReadOnlyList<PlannedTrial> trials, ICollection<ConfigProblem> problems)
    {
        PlannedTrial[] distinct = [.. trials.DistinctBy(t => t.Hash)];
        var steps = distinct.Sum(t => (long)t.Trial.Training.Steps);
        if (distinct.Length > budget.Trials)
        {
            problems.Add(
                new ConfigProblem(
                    "budget.trials",
                    $"{distinct.Length} trials",
                    $"at most {budget.Trials}: fewer cases, sweep values or replicates, or a larger budget"
                )
            );
        }

        if (steps > budget.Steps)
        {
            problems.Add(
                new ConfigProblem(
                    "budget.steps",
                    $"{steps} steps of {distinct.Length} trials",
                    $"at most {budget.Steps}: fewer trials, or a larger budget"
                )
            );
        }
    }

    /// <summary>Checks a trial whose options have been bound.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="problems">Where problems are added.</param>
    public static void CheckTrial(Trial trial, ICollection<ConfigProblem> problems)
    {
        var steps = trial.Training.Steps;
        var before = -1;
        foreach (var (i, at) in (trial.Measure.At ?? []).Index())
        {
            if (at < 0 || at > steps)
                problems.Add(new ConfigProblem($"measure.at[{i}]", $"{at}", $"a step from 0 to {steps} (training.steps)"));
            else if (at <= before)
                problems.Add(new ConfigProblem($"measure.at[{i}]", $"{at}", $"a step after {before}, for steps ascend"));
            before = at;
        }
        Attempt(trial.Task.GetSkills, problems, "task");
        Attempt(() => LearnerFactory.Check(trial), problems, "model");
    }

    private static T? Attempt<T>(Func<T> action, ICollection<ConfigProblem> problems, string path)
        where T : class
    {
        try
        {
            return action();
        }
        catch (InvalidOptionException e)
        {
            problems.Add(new ConfigProblem(e.Path == "" ? path : e.Path, "", "") { Sentence = e.Message });
            return null;
        }
        catch (ArgumentException e)
        {
            problems.Add(new ConfigProblem(path, "", "") { Sentence = $"`{path}`: {e.Message}" });
            return null;
        }
    }

    private static void CheckCases(Experiment experiment, ICollection<ConfigProblem> problems)
    {
        string[] keys = ["label", .. ExperimentPlan.CaseKeys];
        foreach (var (i, variant) in experiment.Cases.Index())
        {
            if (ExperimentPlan.LabelOf(variant) == "")
            {
                problems.Add(
                    new ConfigProblem(
                        $"cases[{i}].label",
                        variant.ContainsKey("label") ? OptionText.Found(variant["label"]) : "nothing",
                        "a string that names the case"
                    )
                );
            }

            foreach (var (key, _) in variant)
            {
                if (!keys.Contains(key))
                {
                    problems.Add(
                        new ConfigProblem($"cases[{i}].{key}", "an unknown key", OptionText.OneOf(keys), NearestName.Find(key, keys))
                    );
                }
            }
        }
        foreach (var (i, variant) in experiment.Cases.Index())
        {
            if (variant.ContainsKey("replicates") && ExperimentPlan.ReplicatesOf(variant) is not >= 1)
            {
                problems.Add(
                    new ConfigProblem($"cases[{i}].replicates", OptionText.Found(variant["replicates"]), "an integer of at least 1")
                );
            }

            if (variant.ContainsKey("sweep") && (variant["sweep"] is not JsonObject sweep || sweep.Any(p => p.Value is null)))
            {
                problems.Add(
                    new ConfigProblem($"cases[{i}].sweep", OptionText.Found(variant["sweep"]), "an object of lists or ranges of values")
                );
            }
        }
        RequireUnique("cases", "label", [.. experiment.Cases.Select(ExperimentPlan.LabelOf).Where(l => l != "")], problems);
    }

    private static void CheckTheories(Experiment experiment, ICollection<ConfigProblem> problems)
    {
        foreach (var (i, theory) in experiment.Theories.Index())
        {
            var others = experiment.Theories.Take(i).Where(t => t.Name == theory.Name);
            if (others.Any(t => t.Cases is null || theory.Cases is null || t.Cases.Intersect(theory.Cases).Any()))
            {
                problems.Add(
                    new ConfigProblem($"theories[{i}].label", $"{Quoted(theory.Name)} again", "a name of its own, or other cases")
                );
            }
        }
    }

    private static void Take(Experiment experiment, int place, string[] cases, ICollection<ConfigProblem> problems)
    {
        var theory = experiment.Theories[place];
        foreach (var (parameter, from) in theory.Take)
        {
            var at = $"theories[{place}].take.{parameter}";
            var name = from.Theory ?? theory.Name;
            if (!cases.Contains(from.Case))
            {
                problems.Add(
                    new ConfigProblem($"{at}.case", Quoted(from.Case), OptionText.OneOf(cases), NearestName.Find(from.Case, cases))
                );
            }
            else if (!experiment.Theories.Take(place).Any(t => t.Name == name && (t.Cases?.Contains(from.Case) ?? true)))
            {
                problems.Add(
                    new ConfigProblem($"{at}.theory", Quoted(name), $"a theory that is listed earlier and laid over case \"{from.Case}\"")
                );
            }

            if (theory.Fit.Contains(parameter))
                problems.Add(new ConfigProblem(at, "a parameter that is also fitted", "one or the other"));
        }
    }

    private static void RequireUnique(string section, string key, string[] names, ICollection<ConfigProblem> problems)
    {
        foreach (var (i, name) in names.Index())
        {
            if (Array.IndexOf(names, name) < i)
                problems.Add(new ConfigProblem($"{section}[{i}].{key}", $"{Quoted(name)} again", "a name of its own"));
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, OptionText.Relaxed);
}

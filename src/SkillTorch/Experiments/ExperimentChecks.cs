using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Fitting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>What the single options cannot know: references between sections, duplicates, and combinations.</summary>
internal static class ExperimentChecks
{
    /// <summary>Checks an experiment whose options have been bound.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="problems">Where problems are added.</param>
    public static void Experiment(Experiment experiment, ICollection<ConfigProblem> problems)
    {
        if (experiment.Tag.Length == 0 || experiment.Tag.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) || experiment.Tag[0] == '.')
            problems.Add(new ConfigProblem("tag", Quoted(experiment.Tag), "letters, digits, hyphens, underscores and dots, for it names the run directory"));
        Cases(experiment, problems);
        Sweep(experiment, problems);

        var cases = experiment.Cases.Count == 0 ? [PlannedTrial.DefaultCase] : experiment.Cases.Select(ExperimentPlan.LabelOf).ToArray();
        Theories(experiment, problems);
        Unique("analyses", "name", [.. experiment.Analyses.Select(a => a.Name)], problems);
        Unique("claims", "id", [.. experiment.Claims.Select(c => c.Id)], problems);
        foreach (var (i, theory) in experiment.Theories.Index())
            Known(theory.Cases, $"theories[{i}].cases", cases, problems);
        foreach (var (i, analysis) in experiment.Analyses.Index())
            Known(analysis.Cases, $"analyses[{i}].cases", cases, problems);
        Claims(experiment, cases, problems);
    }

    /// <summary>Checks a trial whose options have been bound.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="problems">Where problems are added.</param>
    public static void Trial(Trial trial, ICollection<ConfigProblem> problems)
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
        try
        {
            trial.Task.Skills();
        }
        catch (InvalidOptionException e)
        {
            problems.Add(new ConfigProblem(e.Path, "", "") { Sentence = e.Message });
        }
    }

    private static void Cases(Experiment experiment, ICollection<ConfigProblem> problems)
    {
        string[] keys = ["label", .. ExperimentPlan.Sections];
        foreach (var (i, variant) in experiment.Cases.Index())
        {
            if (ExperimentPlan.LabelOf(variant) == "")
                problems.Add(new ConfigProblem($"cases[{i}].label", variant.ContainsKey("label") ? OptionText.Found(variant["label"]) : "nothing", "a string that names the case"));
            foreach (var (key, _) in variant)
                if (!keys.Contains(key))
                    problems.Add(new ConfigProblem($"cases[{i}].{key}", "an unknown key", OptionText.OneOf(keys), NearestName.Of(key, keys)));
        }
        Unique("cases", "label", [.. experiment.Cases.Select(ExperimentPlan.LabelOf).Where(l => l != "")], problems);
    }

    private static void Sweep(Experiment experiment, ICollection<ConfigProblem> problems)
    {
        foreach (var (path, values) in experiment.Sweep)
        {
            var section = OptionPath.Split(path).FirstOrDefault("");
            if (!ExperimentPlan.Sections.Contains(section))
                problems.Add(new ConfigProblem("sweep", Quoted(path), $"a path that starts with {OptionText.OneOf(ExperimentPlan.Sections)}", NearestName.Of(section, ExperimentPlan.Sections)));
            if (values.Count == 0)
                problems.Add(new ConfigProblem($"sweep.{path}", "[]", "at least one value"));
            foreach (var (i, value) in values.Index())
                if (values.Take(i).Any(v => JsonNode.DeepEquals(v, value)))
                    problems.Add(new ConfigProblem($"sweep.{path}[{i}]", OptionText.Found(value) + " again", "every value once"));
        }
    }

    private static void Theories(Experiment experiment, ICollection<ConfigProblem> problems)
    {
        static string Label(TheoryOptions theory) => theory.Label ?? Catalog.KindOf(theory);
        foreach (var (i, theory) in experiment.Theories.Index())
        {
            var others = experiment.Theories.Take(i).Where(t => Label(t) == Label(theory));
            if (others.Any(t => t.Cases is null || theory.Cases is null || t.Cases.Intersect(theory.Cases).Any()))
                problems.Add(new ConfigProblem($"theories[{i}].label", $"{Quoted(Label(theory))} again", "a name of its own, or other cases"));
        }
    }

    private static void Claims(Experiment experiment, string[] cases, ICollection<ConfigProblem> problems)
    {
        var quantities = experiment.Analyses.Select(a => a.Name).ToArray();
        foreach (var (i, claim) in experiment.Claims.Index())
        {
            Known([claim.Quantity], $"claims[{i}].quantity", quantities, problems, "an analysis: ");
            if (claim.Case is not null)
                Known([claim.Case], $"claims[{i}].case", cases, problems);
            Known(claim.At.Keys, $"claims[{i}].at", [.. experiment.Sweep.Keys], problems);
            if (claim.Within is not ([_, not null] or [not null, _]) || claim.Within is [{ } low, { } high] && low > high)
                problems.Add(new ConfigProblem($"claims[{i}].within", OptionText.Found(OptionsWriter.Write(claim.Within)), "[low, high], of which one may be null"));
        }
    }

    private static void Known(IEnumerable<string>? names, string path, string[] known, ICollection<ConfigProblem> problems, string what = "")
    {
        foreach (var name in names ?? [])
            if (!known.Contains(name))
                problems.Add(new ConfigProblem(path, Quoted(name), known.Length == 0 ? "nothing, for the experiment has none" : what + OptionText.OneOf(known), NearestName.Of(name, known)));
    }

    private static void Unique(string section, string key, string[] names, ICollection<ConfigProblem> problems)
    {
        foreach (var (i, name) in names.Index())
            if (Array.IndexOf(names, name) < i)
                problems.Add(new ConfigProblem($"{section}[{i}].{key}", $"{Quoted(name)} again", "a name of its own"));
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, OptionText.Relaxed);
}

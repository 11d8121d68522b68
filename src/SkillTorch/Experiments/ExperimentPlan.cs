using System.Text.Json.Nodes;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>Expands an experiment to its trials: repeat × case × sweep × replicate, in this order.</summary>
internal sealed class ExperimentPlan
{
    /// <summary>The sections that a trial is made of: what cases override and sweeps point into.</summary>
    public static readonly IReadOnlyList<string> Sections = ["task", "model", "optimizer", "training", "measure"];

    /// <summary>All that a case may say beside its label; its sweep and replicates stand instead of the experiment's.</summary>
    public static readonly IReadOnlyList<string> CaseKeys = [.. Sections, "sweep", "replicates"];

    private readonly List<ConfigProblem> problems = [];
    private readonly List<ConfigProblem> contradictions = []; // of the experiment's own sections, which cases and sweeps may resolve

    /// <summary>What is wrong, each once: with the first case and sweep value that has it, unless the experiment itself has it.</summary>
    public IReadOnlyList<ConfigProblem> Problems => problems;

    /// <summary>Expands an experiment at all of its seeds.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="json">Its resolved JSON, onto which cases and sweep values are laid.</param>
    /// <returns>The trials; incomplete if there are <see cref="Problems"/>.</returns>
    public IReadOnlyList<PlannedTrial> ExpandRepeats(Experiment experiment, JsonObject json)
    {
        var trials = new List<PlannedTrial>();
        // Whatever is wrong is wrong at the first seed.
        for (var repeat = 1; repeat <= Math.Max(1, experiment.Repeats) && problems.Count == 0; repeat++)
        {
            var seed = unchecked(experiment.Seed + (ulong)(repeat - 1));
            trials.AddRange(Expand(experiment with { Seed = seed }, json).Select(trial => trial with { Repeat = repeat }));
        }
        return trials;
    }

    /// <summary>Expands an experiment at its first seed.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="json">Its resolved JSON, onto which cases and sweep values are laid.</param>
    /// <returns>The trials; incomplete if there are <see cref="Problems"/>.</returns>
    public IReadOnlyList<PlannedTrial> Expand(Experiment experiment, JsonObject json)
    {
        var trials = new List<PlannedTrial>();
        var cases = experiment.Cases.Count == 0 ? [new JsonObject { ["label"] = PlannedTrial.DefaultCase }] : experiment.Cases;
        // The experiment as it is comes first: what it gets wrong itself is no case's mistake.
        var own = new List<ConfigProblem>();
        if (Bind(SectionsOf(json), own) is { } itself)
            ExperimentChecks.CheckTrial(itself, contradictions);
        problems.AddRange(own.Distinct());
        foreach (var (i, variant) in cases.Index())
        {
            var label = LabelOf(variant);
            var replicates = ReplicatesOf(variant) ?? experiment.Replicates;
            var sections = SectionsOf(json);
            Overrides.Merge(sections, SectionsOf(variant));
            var combinations = Combine(experiment, variant, i, sections);
            foreach (var combination in combinations)
            {
                var where = DescribePlace(experiment.Cases.Count == 0 ? null : label, combination);
                if (BindPrototype(sections, combination, where) is not { } prototype)
                    continue;
                SweepPoint sweep = [.. combination.Select(p => KeyValuePair.Create(p.Key, SweepPoint.FromJson(p.Value)))];
                var stackKey = TrialHash.StackKey(prototype);
                var settings = TrialHash.ToJson(prototype);
                for (var replicate = 1; replicate <= replicates; replicate++)
                {
                    var seed = RandomStream.DeriveSeed(experiment.Seed, (ulong)replicate);
                    settings["seed"] = seed;
                    trials.Add(
                        new PlannedTrial(
                            new Place(label, sweep, replicate),
                            prototype with
                            {
                                Seed = seed,
                            },
                            TrialHash.From(settings),
                            stackKey
                        )
                    );
                }
            }
        }
        return trials;
    }

    /// <summary>Label of a case; empty if it has none.</summary>
    public static string LabelOf(JsonObject variant) =>
        variant["label"] is JsonValue value && value.TryGetValue<string>(out var label) ? label : "";

    private IReadOnlyList<IReadOnlyList<KeyValuePair<string, JsonNode?>>> Combine(
        Experiment experiment,
        JsonObject variant,
        int place,
        JsonObject sections
    )
    {
        var own = (variant["sweep"] as JsonObject)?.Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!);
        var found = new List<ConfigProblem>();
        var settings = SweepPlan.Expand(
            own ?? experiment.Sweep,
            experiment.Seed,
            sections,
            own is null ? "sweep" : $"cases[{place}].sweep",
            found
        );
        problems.AddRange(found.Except(problems));
        return found.Count == 0 ? settings : [];
    }

    /// <summary>The number of replicates of a case's own; null if it has none.</summary>
    public static int? ReplicatesOf(JsonObject variant) =>
        variant["replicates"] is JsonValue value && value.TryGetValue<int>(out var replicates) ? replicates : null;

    private static JsonObject SectionsOf(JsonObject json) =>
        new(json.Where(p => Sections.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private Trial? BindPrototype(JsonObject sections, IReadOnlyList<KeyValuePair<string, JsonNode?>> combination, string? where)
    {
        var found = new List<ConfigProblem>();
        var resolved = (JsonObject)sections.DeepClone();
        try
        {
            // Kinds first: a kind replaces its section, and another swept option of that section must outlive that.
            foreach (var (path, value) in combination.OrderBy(p => !p.Key.EndsWith(".kind", StringComparison.Ordinal)))
                Overrides.Set(resolved, OptionPath.Split(path), value);
            var trial = Bind(resolved, found);
            if (found.Count == 0)
                ExperimentChecks.CheckTrial(trial!, found);
            if (found.Count == 0)
                return trial;
        }
        catch (ConfigException e)
        {
            found.AddRange(e.Problems);
        }
        foreach (var problem in found.Distinct().Where(p => problems.All(known => known with { Where = null } != p)))
            problems.Add(contradictions.Contains(problem) ? problem : problem with { Where = where });
        return null;
    }

    private static Trial? Bind(JsonObject sections, List<ConfigProblem> found)
    {
        var binder = new OptionsBinder(found);
        var task = binder.BindRecord(sections["task"], typeof(TaskOptions), "task");
        var model = binder.BindRecord(sections["model"], typeof(ModelOptions), "model");
        var optimizer = sections["optimizer"] is { } node ? binder.BindRecord(node, typeof(OptimizerOptions), "optimizer") : null;
        var training = sections.ContainsKey("training")
            ? binder.BindRecord(sections["training"], typeof(TrainingOptions), "training")
            : new TrainingOptions();
        var measure = sections.ContainsKey("measure")
            ? binder.BindRecord(sections["measure"], typeof(MeasureOptions), "measure")
            : new MeasureOptions();
        return found.Count > 0
            ? null
            : new Trial(
                (TaskOptions)task!,
                (ModelOptions)model!,
                (OptimizerOptions?)optimizer,
                (TrainingOptions)training!,
                (MeasureOptions)measure!,
                0
            );
    }

    private static string? DescribePlace(string? label, IReadOnlyList<KeyValuePair<string, JsonNode?>> combination)
    {
        var parts = combination.Select(p => $"{p.Key} = {OptionText.Found(p.Value)}");
        if (label is not null)
            parts = parts.Prepend($"case \"{label}\"");
        var text = string.Join(", ", parts);
        return text == "" ? null : text;
    }
}

using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SkillTorch.Analysis;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>An experiment: one JSON file as data. See the README for an annotated example.</summary>
public sealed record Experiment
{
    /// <summary>Short name, unique among the shipped experiments, e.g. <c>psl-fig02</c>; also names the run directory.</summary>
    public required string Tag { get; init; }

    /// <summary>Title of figure and report.</summary>
    public string? Title { get; init; }

    /// <summary>Where the experiment comes from, e.g. <c>arXiv:2501.12391 Fig. 2</c>.</summary>
    public string? Source { get; init; }

    /// <summary>Seed of the experiment; replicate r of every case uses the r-th seed derived from it.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of independent replicates of every case and sweep value.</summary>
    [Range(1, 1_000_000)]
    public int Replicates { get; init; } = 1;

    /// <summary>
    /// Number of seeds at which the claims are judged: repeat r is the experiment at seed + r − 1, with replicates, fits and analyses of
    /// its own. Tables, fits and figure are those of the first.
    /// </summary>
    [Range(1, 1_000_000), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Repeats { get; init; } = 1;

    /// <summary>What is to be learned.</summary>
    public required TaskOptions Task { get; init; }

    /// <summary>What learns it.</summary>
    public required ModelOptions Model { get; init; }

    /// <summary>How the parameters move; ignored by models that are theories.</summary>
    public OptimizerOptions? Optimizer { get; init; }

    /// <summary>For how long and on what loss.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>When every skill is measured.</summary>
    public MeasureOptions Measure { get; init; } = new();

    /// <summary>Variants: each a <c>label</c> and overrides of the sections above, merged key by key (a section with another <c>kind</c>
    /// replaces the whole section); a <c>sweep</c> or <c>replicates</c> of a case's own stands instead of the experiment's.</summary>
    public IReadOnlyList<JsonObject> Cases { get; init; } = [];

    /// <summary>
    /// Values to sweep over: JSON path → list of values, or a range (<see cref="SweepRange"/>) such as
    /// <c>{ "from": 1e-4, "to": 0.1, "points": 7 }</c> or, at random, <c>{ "from": 1e-4, "to": 0.1, "random": 12 }</c>. Several keys
    /// are crossed, but for the random ones, which are drawn together.
    /// </summary>
    public IReadOnlyDictionary<string, JsonNode> Sweep { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>The most that cases, sweeps and replicates may come to; an experiment beyond it does not start.</summary>
    public Budget? Budget { get; init; }

    /// <summary>What jobs ask for where a Slurm cluster trains (<c>run --engine slurm</c>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SlurmOptions? Slurm { get; init; }

    /// <summary>Theories laid over the measurements.</summary>
    public IReadOnlyList<SkillTheory> Theories { get; init; } = [];

    /// <summary>Named quantities of the run.</summary>
    public IReadOnlyList<AnalysisOptions> Analyses { get; init; } = [];

    /// <summary>Published statements that the run checks.</summary>
    public IReadOnlyList<ClaimOptions> Claims { get; init; } = [];

    /// <summary>Named sets of overrides, merged like a case's; <c>quick</c> is the default where it exists.</summary>
    public IReadOnlyDictionary<string, JsonObject> Profiles { get; init; } = new Dictionary<string, JsonObject>();

    /// <summary>What the reader of figure and claims must know, e.g. what a quick profile shortens.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// The figure: a Vega-Lite specification over the run's tables by name. In a file, it may also be the name of a file beside it,
    /// e.g. <c>fig02.vl.json</c>, and both may refer to panels.
    /// </summary>
    public JsonObject? Figure { get; init; }
}

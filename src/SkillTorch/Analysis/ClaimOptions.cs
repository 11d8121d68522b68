using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace SkillTorch.Analysis;

/// <summary>An entry of the <c>claims</c> section: a published statement as an interval for a measured quantity.</summary>
public sealed record ClaimOptions
{
    /// <summary>The specification's identifier, e.g. <c>P1</c>; parts of one claim append a dot and a word: <c>P5.sgd</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The claim as a sentence.</summary>
    public required string Statement { get; init; }

    /// <summary>Name of the analysis whose values are judged.</summary>
    public required string Quantity { get; init; }

    /// <summary>Label of the case; null takes the analysis' values of all cases.</summary>
    public string? Case { get; init; }

    /// <summary>Sweep values that select among the analysis' values: JSON path → value.</summary>
    public IReadOnlyDictionary<string, double> At { get; init; } = new Dictionary<string, double>();

    /// <summary>Skill number, from 1, that selects among the analysis' values; null takes those of all skills.</summary>
    public int? Skill { get; init; }

    /// <summary>
    /// Makes the claim several, one for each value of these lists, which are of one length: <c>case</c>, <c>skill</c>, or a swept
    /// JSON path → values. In id and statement <c>${…}</c> stands for the value of one of them, or of <c>near</c>:
    /// <c>"id": "P18.${task.frequencyExponent}"</c>.
    /// </summary>
    public IReadOnlyDictionary<string, JsonArray> Over { get; init; } = new Dictionary<string, JsonArray>();

    /// <summary>How the selected values become one number.</summary>
    public Aggregate Aggregate { get; init; } = Aggregate.Median;

    /// <summary>Interval [low, high] in which the number lies if the claim holds; null leaves an end open.</summary>
    public IReadOnlyList<double?>? Within { get; init; }

    /// <summary>The middle of the interval, instead of its ends: one number, or one for each value of <see cref="Over"/>.</summary>
    public IReadOnlyList<double>? Near { get; init; }

    /// <summary>How far from <see cref="Near"/> the number may lie.</summary>
    [Range(0, double.MaxValue)]
    public double? Tolerance { get; init; }

    /// <summary>The same as a share of <see cref="Near"/>: 0.03 is 3 %.</summary>
    [Range(0, double.MaxValue)]
    public double? RelativeTolerance { get; init; }

    /// <summary>
    /// The number that the publication gives, for the reader: one, or one for each value of <see cref="Over"/>. Null is
    /// <see cref="Near"/>.
    /// </summary>
    public IReadOnlyList<double>? Published { get; init; }

    /// <summary>Checks the claim against what an experiment will have, before it is trained.</summary>
    /// <param name="plan">Cases, sweep keys, skills, and all analyses.</param>
    /// <exception cref="InvalidOptionException">An option is out of range or names something that the experiment does not have.</exception>
    public void Validate(AnalysisPlan plan)
    {
        Require(plan.Analyses.Contains(Quantity), "quantity", Quantity, AnalysisOptions.Choice("the name of an analysis", plan.Analyses));
        ClaimParts.Validate(this, plan);
        foreach (var part in ClaimParts.Split(this))
            part.ValidatePart(plan);
    }

    private void ValidatePart(AnalysisPlan plan)
    {
        Require(Case is null || plan.Cases.Contains(Case), "case", Case, AnalysisOptions.Choice("one of the cases", plan.Cases));
        foreach (var key in At.Keys)
            Require(plan.SweepKeys.Contains(key), "at", key, AnalysisOptions.Choice("one of the sweep keys", plan.SweepKeys));
        Require(!(Skill < 1) && !(Skill > plan.Skills), "skill", Skill, $"a skill number from 1 to {plan.Skills}");
        Require(Within!.Count == 2, "within", $"{Within.Count} number(s)", "two ends [low, high], null for an open end");
        Require(Within.Any(end => end is not null), "within", "[null, null]", "at least one end that is a number");
        Require(!(Within[0] > Within[1]), "within", $"[{Within[0]}, {Within[1]}]", "the low end first");
    }

    internal void Require(bool holds, string option, object? found, string expected, string hint = "")
    {
        if (!holds)
        {
            throw new InvalidOptionException(
                $"claims.{Id}.{option}",
                FormattableString.Invariant($"Got {found ?? "null"} for `claims.{Id}.{option}`; expected {expected}.") + hint
            );
        }
    }
}

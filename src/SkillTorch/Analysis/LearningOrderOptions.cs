using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// Fraction of pairs of skills that are learned in the expected order: 1 if all are. Pairs of which neither is learned
/// are not counted, and a skill that is learned comes before one that is not. NaN if no pair is left.
/// </summary>
[Kind("learning-order")]
public sealed record LearningOrderOptions : ThresholdAnalysisOptions
{
    /// <summary>
    /// Whether <see cref="CurveAnalysisOptions.Skills"/> is the expected order; else skills are expected by falling
    /// frequency, and pairs of equal frequency are not counted.
    /// </summary>
    public bool AsListed { get; init; }

    /// <summary>Whether two skills learned at the same measured step count as out of order.</summary>
    public bool Strict { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(int? Skill, double Value)> Measure(Trajectory curve)
    {
        var times = Times(curve);
        int[] skills = [.. Indices(times.Length)];
        var (pairs, ordered) = (0, 0);
        foreach (var first in skills)
        {
            foreach (var second in skills)
            {
                var expected = AsListed
                    ? Array.IndexOf(skills, first) < Array.IndexOf(skills, second)
                    : curve.Frequencies[first] > curve.Frequencies[second];
                if (!expected || (double.IsPositiveInfinity(times[first]) && double.IsPositiveInfinity(times[second])))
                    continue;
                pairs++;
                if (times[first] < times[second] || (!Strict && times[first] == times[second]))
                    ordered++;
            }
        }

        yield return (null, pairs == 0 ? double.NaN : (double)ordered / pairs);
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        Require(!AsListed || Skills is not null, "skills", null, "the skills in their expected order");
        Require(Skills is null || Skills.Distinct().Count() == Skills.Count, "skills", string.Join(", ", Skills ?? []), "each skill once");
        Require(Quantity != Analysis.Quantity.TotalLoss, "quantity", Quantity, "a quantity of each skill");
    }
}

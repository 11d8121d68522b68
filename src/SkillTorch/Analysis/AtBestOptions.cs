using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Analysis;

/// <summary>
/// The values of an earlier analysis at each case's best setting, without the swept keys: what remains to compare once, say,
/// every optimizer has its own learning rate.
/// </summary>
[Kind("at-best")]
public sealed record AtBestOptions : AnalysisOptions
{
    /// <summary>Name of the earlier analysis whose values are kept.</summary>
    public required string Of { get; init; }

    /// <summary>Name of the earlier analysis of kind <c>best-setting</c>.</summary>
    public required string Best { get; init; }

    /// <summary>First replicate whose values are kept; null is the first of all.</summary>
    [Range(1, int.MaxValue)]
    public int? FromReplicate { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        var best = run.Values.Where(v => v.Name == Best).ToLookup(v => v.Case);
        return from value in ValuesOf(run, Of)
            where !(value.Replicate < FromReplicate)
            let chosen = best[value.Case].FirstOrDefault()
            where chosen is not null && chosen.Sweep.IsCompatibleWith(value.Sweep)
            select value with
            {
                Name = Name,
                Sweep = value.Sweep.Without(chosen.Sweep.Has),
            };
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
        RequireEarlier(plan, "best", Best);
    }
}

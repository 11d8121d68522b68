using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Analysis;

/// <summary>
/// The best setting of each case's sweep, such as its best learning rate: the one whose median (or mean) over replicates of an
/// earlier analysis is smallest, or largest. A setting whose median is not defined loses; of equal ones the first wins.
/// </summary>
/// <remarks>
/// A value has the swept keys of the best setting, hence <c>analyses.csv</c> says what is best, and how good it is. The setting that
/// looks best among many does so partly by luck. To see it without, let some replicates choose (<see cref="ToReplicate"/>) and
/// look at the others (<see cref="AtBest"/> from the next one on).
/// </remarks>
[Kind("best-setting")]
public sealed record BestSetting : AnalysisOptions
{
    /// <summary>Name of the earlier analysis that decides; of several skills, say, it has one value a trial.</summary>
    public required string Of { get; init; }

    /// <summary>Whether the largest value is the best, instead of the smallest.</summary>
    public bool Largest { get; init; }

    /// <summary>How the replicates' values become a setting's score.</summary>
    public Aggregate Aggregate { get; init; } = Aggregate.Median;

    /// <summary>Last replicate that takes part in the choice; null is all.</summary>
    [Range(1, int.MaxValue)]
    public int? ToReplicate { get; init; }

    /// <summary>What is given of the best setting: how good it is, or at how many edges of its sweep it lies.</summary>
    public BestSettingValue Give { get; init; } = BestSettingValue.Score;

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        var values = ValuesOf(run, Of).Where(v => !(v.Replicate > ToReplicate));
        foreach (var settings in values.GroupBy(v => v.Case).Select(g => g.GroupBy(v => Sweeps.Id(v.Sweep)).Select(Scored).ToList()))
        {
            var best = settings.MinBy(s => double.IsNaN(s.Value) ? double.PositiveInfinity : Largest ? -s.Value : s.Value)!;
            if (Give == BestSettingValue.Score)
                yield return best;
            else // Where an equally good setting lies inside, nothing better need lie beyond.
                yield return best with { Value = double.IsFinite(best.Value) ? settings.Where(s => s.Value == best.Value).Min(s => s.Sweep.Count(pair => IsEdge(pair, settings))) : double.NaN };
        }
    }

    private AnalysisValue Scored(IEnumerable<AnalysisValue> replicates) =>
        replicates.First() with { Name = Name, Replicate = null, Skill = null, Value = SampleStatistics.Reduce(replicates.Select(v => v.Value), Aggregate) };

    // What was not swept, or is no number, has no edge.
    private static bool IsEdge(KeyValuePair<string, object> pair, IEnumerable<AnalysisValue> settings)
    {
        double[] tried = [.. settings.Select(s => Sweeps.TryGet(s.Sweep, pair.Key, out var value) ? Sweeps.Number(value) : double.NaN).Distinct()];
        return tried.Length > 1 && !tried.Any(double.IsNaN) && Sweeps.Number(pair.Value) is var at && (at == tried.Min() || at == tried.Max());
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
    }
}

/// <summary>What is known of a best setting.</summary>
public enum BestSettingValue
{
    /// <summary>The median, or other aggregate, that made it the best.</summary>
    Score,

    /// <summary>Number of swept keys at whose smallest or largest value it lies: above 0, the best may lie beyond. NaN where no setting reached anything.</summary>
    Edges,
}

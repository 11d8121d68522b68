using System.ComponentModel.DataAnnotations;
using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// The best setting of each case's sweep, such as its best learning rate: the one whose median (or mean) over replicates of an
/// earlier analysis is smallest, or largest. A setting whose median is not defined loses; of equal ones the first wins.
/// </summary>
/// <remarks>
/// A value has the swept keys of the best setting, hence <c>analyses.csv</c> says what is best, and how good it is. The setting that
/// looks best among many does so partly by luck. To see it without, let some replicates choose (<see cref="ToReplicate"/>) and
/// look at the others (<c>at-best</c> from the next one on).
/// </remarks>
[Kind("best-setting")]
public sealed record BestSettingOptions : AnalysisOptions
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
        foreach (var settings in GroupBySetting(ValuesOf(run, Of)))
        {
            var best = settings.MinBy(s =>
                double.IsNaN(s.Value) ? double.PositiveInfinity
                : Largest ? -s.Value
                : s.Value
            )!;
            // Where an equally good setting lies inside, nothing better need lie beyond.
            yield return Give == BestSettingValue.Score
                ? best
                : best with
                {
                    Value = double.IsFinite(best.Value) ? settings.Where(s => s.Value == best.Value).Min(Edges) : double.NaN,
                };

            // What was not swept, or is no number, has no edge.
            int Edges(AnalysisValue setting) =>
                setting.Sweep.Count(pair =>
                    ListTried(settings, pair.Key) is { Length: > 1 } tried
                    && !tried.Any(double.IsNaN)
                    && setting.Sweep.Number(pair.Key) is var at
                    && (at == tried[0] || at == tried[^1])
                );
        }
    }

    /// <summary>Each best setting between the nearest that were tried: along one key, with the others as they are at the best.</summary>
    /// <param name="values">All values of the run.</param>
    /// <returns>One for each case and swept key that is a number; random settings seldom have neighbours.</returns>
    internal IEnumerable<BestSettingNeighbours> FindNeighbours(IReadOnlyList<AnalysisValue> values)
    {
        var tried = GroupBySetting(values.Where(v => v.Name == Of)).ToDictionary(settings => settings[0].Case);
        foreach (var best in values.Where(v => v.Name == Name))
        {
            var settings = tried.GetValueOrDefault(best.Case) ?? [];
            foreach (var key in best.Sweep.Select(pair => pair.Key).Where(key => !double.IsNaN(best.Sweep.Number(key))))
            {
                var others = best.Sweep.Without(other => other == key);
                var at = best.Sweep.Number(key);
                TriedSetting[] line =
                [
                    .. settings
                        .Where(s => s.Sweep.Without(other => other == key).Equals(others))
                        .Select(s => new TriedSetting(s.Sweep.Number(key), s.Value))
                        .OrderBy(s => s.At),
                ];
                var all = ListTried(settings, key);
                // Where an equally good setting lies inside, nothing better need lie beyond.
                var isEdge =
                    double.IsFinite(best.Value)
                    && all.Length > 1
                    && settings
                        .Where(s => s.Value == best.Value)
                        .Select(s => s.Sweep.Number(key))
                        .Append(at)
                        .All(place => place == all[0] || place == all[^1]);
                yield return new(
                    best.Case,
                    key,
                    new TriedSetting(at, best.Value),
                    line.LastOrDefault(s => s.At < at),
                    line.FirstOrDefault(s => s.At > at),
                    all,
                    isEdge && at == all[0],
                    isEdge && at == all[^1]
                );
            }
        }
    }

    /// <summary>Each case's settings, scored over the replicates that take part in the choice.</summary>
    private IEnumerable<IReadOnlyList<AnalysisValue>> GroupBySetting(IEnumerable<AnalysisValue> values) =>
        from value in values
        where !(value.Replicate > ToReplicate)
        group value by value.Case into ofCase
        select ofCase.GroupBy(v => v.Place.OverReplicates).Select(Score).ToList();

    private AnalysisValue Score(IGrouping<Place, AnalysisValue> replicates) =>
        new(replicates.Key, Name, SampleStatistics.Reduce(replicates.Select(v => v.Value), Aggregate));

    // The values of a key among the settings, ascending; NaN where it is no number.
    private static double[] ListTried(IEnumerable<AnalysisValue> settings, string key) =>
        [.. settings.Select(s => s.Sweep.Number(key)).Distinct().Order()];

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Shown => [Name];

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
    }
}

/// <summary>A setting along one swept key.</summary>
/// <param name="At">The key's value.</param>
/// <param name="Score">How good it is.</param>
internal sealed record TriedSetting(double At, double Score);

/// <summary>A best setting along one swept key.</summary>
/// <param name="Case">Label of the case.</param>
/// <param name="Key">The swept key.</param>
/// <param name="Best">The best setting.</param>
/// <param name="Below">The nearest tried below it; null if there is none.</param>
/// <param name="Above">The nearest tried above it; null if there is none.</param>
/// <param name="Tried">All values of the key that were tried in the case, ascending.</param>
/// <param name="IsLowest">Whether something better may lie below all that was tried.</param>
/// <param name="IsHighest">Whether something better may lie above all that was tried.</param>
internal sealed record BestSettingNeighbours(
    string Case,
    string Key,
    TriedSetting Best,
    TriedSetting? Below,
    TriedSetting? Above,
    IReadOnlyList<double> Tried,
    bool IsLowest,
    bool IsHighest
);

/// <summary>What is known of a best setting.</summary>
public enum BestSettingValue
{
    /// <summary>The median, or other aggregate, that made it the best.</summary>
    Score,

    /// <summary>Number of swept keys at whose smallest or largest value it lies: above 0, the best may lie beyond. NaN where no setting
    /// reached anything.</summary>
    Edges,
}

using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// What a report shows of a run's analyses: best settings between their neighbours, quantities of whole cases side by side, those
/// of single skills with a column a skill, and all others in one list.
/// </summary>
/// <param name="Best">Each analysis of best settings, with what it found.</param>
/// <param name="ByCase">Quantities that have no sweep and no skills, of several cases: a column each.</param>
/// <param name="BySkill">Quantities of a few skills, without a sweep: a table each.</param>
/// <param name="Others">All other quantities.</param>
/// <param name="IsWhole">Whether <paramref name="Others"/> holds every quantity of the run.</param>
internal sealed record AnalysisSummary(
    IReadOnlyList<(BestSettingOptions Of, IReadOnlyList<BestSettingNeighbours> Found)> Best,
    QuantityTable? ByCase,
    IReadOnlyList<QuantityTable> BySkill,
    IReadOnlyList<QuantityLine> Others,
    bool IsWhole
)
{
    private const int MaxSkills = 12;

    /// <summary>Divides values over the tables that suit them.</summary>
    /// <param name="analyses">The experiment's analyses.</param>
    /// <param name="values">All values of the run, in the analyses' order.</param>
    public static AnalysisSummary From(IReadOnlyList<AnalysisOptions> analyses, IReadOnlyList<AnalysisValue> values)
    {
        var shown = analyses.SelectMany(analysis => analysis.Shown).ToHashSet();
        var all = values.GroupBy(value => value.Name).Select(group => group.ToList()).ToList();
        var open = all.FindAll(quantity => !shown.Contains(quantity[0].Name));
        var whole = open.FindAll(quantity =>
            !IsSwept(quantity) && !HasSkills(quantity) && quantity.Select(v => v.Case).Distinct().Count() > 1
        );
        var bySkill = open.FindAll(quantity => !IsSwept(quantity) && HasSkills(quantity) && quantity.Max(v => v.Skill) <= MaxSkills);
        var others = open.Except(whole).Except(bySkill).ToList();
        return new(
            [
                .. analyses
                    .OfType<BestSettingOptions>()
                    .Where(best => best.Give == BestSettingValue.Score)
                    .Select(best => (best, (IReadOnlyList<BestSettingNeighbours>)[.. best.FindNeighbours(values)])),
            ],
            whole.Count == 0 ? null : ByCases(whole),
            [.. bySkill.Select(BySkills)],
            [.. others.SelectMany(quantity => quantity).GroupBy(v => (v.Name, v.Place.OverReplicates, v.Skill)).Select(QuantityLine.From)],
            others.Count == all.Count
        );
    }

    private static bool IsSwept(List<AnalysisValue> quantity) => quantity.Exists(v => v.Sweep.Count > 0);

    private static bool HasSkills(List<AnalysisValue> quantity) => quantity.Exists(v => v.Skill is not null);

    private static QuantityTable ByCases(List<List<AnalysisValue>> quantities) =>
        new(
            "By case",
            [.. quantities.Select(quantity => quantity[0].Name)],
            [
                .. quantities
                    .SelectMany(quantity => quantity)
                    .Select(v => v.Case)
                    .Distinct()
                    .Select(label =>
                        (
                            label,
                            (IReadOnlyList<Spread?>)[.. quantities.Select(quantity => Spread.From(quantity.FindAll(v => v.Case == label)))]
                        )
                    ),
            ]
        );

    private static QuantityTable BySkills(List<AnalysisValue> quantity)
    {
        int[] skills = [.. quantity.Select(v => v.Skill).OfType<int>().Distinct().Order()];
        return new(
            $"{quantity[0].Name}, by skill",
            [.. skills.Select(skill => $"{skill}")],
            [
                .. quantity
                    .GroupBy(v => v.Case)
                    .Select(ofCase =>
                        (
                            ofCase.Key,
                            (IReadOnlyList<Spread?>)[.. skills.Select(skill => Spread.From([.. ofCase.Where(v => v.Skill == skill)]))]
                        )
                    ),
            ]
        );
    }
}

/// <summary>Quantities side by side, a row a case.</summary>
/// <param name="Title">What stands in the table.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">Labels of the cases, empty for all, with a cell a column; null where there is no value.</param>
internal sealed record QuantityTable(
    string Title,
    IReadOnlyList<string> Columns,
    IReadOnlyList<(string Case, IReadOnlyList<Spread?> Cells)> Rows
);

/// <summary>A median and its spread.</summary>
/// <param name="Median">The median over replicates; NaN if any value is not defined.</param>
/// <param name="Low">The lower quartile, or the lower end of the confidence interval of a single value that has one; else NaN.</param>
/// <param name="High">The upper quartile, or the upper end of the interval.</param>
internal sealed record Spread(double Median, double Low, double High)
{
    /// <summary>The spread of some values; null if there are none.</summary>
    public static Spread? From(IReadOnlyList<AnalysisValue> values)
    {
        if (values.Count == 0)
            return null;
        double[] sorted = [.. values.Select(v => v.Value).Order()];
        var (low, high) = values is [var single]
            ? (single.Low ?? double.NaN, single.High ?? double.NaN)
            : (SampleStatistics.Quantile(sorted, 0.25), SampleStatistics.Quantile(sorted, 0.75));
        // What all replicates agree on, such as the cost of their stack, has no spread to show.
        return sorted.Append(low).Append(high).Any(double.IsNaN) || (values.Count > 1 && sorted[0] == sorted[^1])
            ? new(SampleStatistics.Median(sorted), double.NaN, double.NaN)
            : new(SampleStatistics.Median(sorted), low, high);
    }
}

/// <summary>A quantity at one place.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Its case and sweep value.</param>
/// <param name="Skill">Its skill number, if it has one.</param>
/// <param name="Spread">Median and quartiles over the replicates that have a value; NaN if none has.</param>
/// <param name="Defined">The number of replicates that have a value.</param>
/// <param name="Count">The number of replicates.</param>
internal sealed record QuantityLine(string Name, Place Place, int? Skill, Spread Spread, int Defined, int Count)
{
    /// <summary>The line of a quantity's replicates.</summary>
    public static QuantityLine From(IGrouping<(string Name, Place Place, int? Skill), AnalysisValue> replicates)
    {
        double[] values = [.. replicates.Select(v => v.Value).Where(value => !double.IsNaN(value)).Order()];
        double Quartile(double probability) => SampleStatistics.Quantile(values, probability);
        return new(
            replicates.Key.Name,
            replicates.Key.Place,
            replicates.Key.Skill,
            new Spread(Quartile(0.5), Quartile(0.25), Quartile(0.75)),
            values.Length,
            replicates.Count()
        );
    }
}

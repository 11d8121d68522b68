using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>A quantity of single learning curves: of each trial, of a theory's prediction, or of the replicates' mean.</summary>
public abstract record CurveAnalysisOptions : AnalysisOptions
{
    /// <summary>Label of the theory whose predicted curves are analysed instead of the measured ones.</summary>
    public string? Theory { get; init; }

    /// <summary>Whether the curves of all replicates are averaged first, instead of analysed one by one.</summary>
    public bool AverageReplicates { get; init; }

    /// <summary>Skill numbers, from 1; null means every skill. A trial with fewer skills gives no value for the others.</summary>
    public IReadOnlyList<int>? Skills { get; init; }

    /// <summary>The quantity's values on one curve.</summary>
    /// <param name="curve">Measured or predicted curve with K skills.</param>
    /// <returns>Values, each of one skill (number from 1) or of the curve (null).</returns>
    protected abstract IEnumerable<(int? Skill, double Value)> Measure(Trajectory curve);

    /// <inheritdoc/>
    public sealed override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        from curve in Curves(run)
        from measured in Measure(curve.Trajectory)
        select new AnalysisValue(curve.Place, Name, measured.Value) { Skill = measured.Skill };

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        if (Theory is not null)
            RequireTheory(plan, "theory", Theory);
        Require(Skills is not { Count: 0 }, "skills", "an empty list", "skill numbers, or nothing for every skill");
        foreach (var skill in Skills ?? [])
            Require(skill >= 1 && skill <= plan.Skills, "skills", skill, $"skill numbers from 1 to {plan.Skills}");
    }

    /// <summary>The skills to look at, as indices from 0 that the curve has.</summary>
    protected internal IEnumerable<int> Indices(int skills) =>
        Skills is null ? Enumerable.Range(0, skills) : Skills.Where(s => s >= 1 && s <= skills).Select(s => s - 1);

    /// <summary>A column of every skill [M, K], or the total loss [M, 1].</summary>
    protected internal double[,] Column(Trajectory curve, string quantity)
    {
        var column = Quantity.Find(curve, quantity);
        Require(column is not null, "quantity", quantity, Choice("one of the quantities", [.. Quantity.Names, .. curve.Extra.Keys]));
        return column!;
    }

    /// <summary>Checks a quantity's name as far as it can be known before training.</summary>
    protected internal void RequireQuantity(AnalysisPlan plan, string quantity)
    {
        Require(
            plan.ExtraQuantities is null || Quantity.Names.Contains(quantity) || plan.ExtraQuantities.Contains(quantity),
            "quantity",
            quantity,
            Choice("one of the quantities", [.. Quantity.Names, .. plan.ExtraQuantities ?? []])
        );
        Require(quantity != Quantity.TotalLoss || Skills is null, "skills", "a list", "none: the total loss is of all skills together");
    }

    /// <summary>Values of the chosen skills, each apart or made one number.</summary>
    /// <param name="columns">Number of columns of the quantity.</param>
    /// <param name="total">Whether the one column is of all skills together.</param>
    /// <param name="over">How skills become one number; null keeps them apart.</param>
    /// <param name="value">Value of a column; null where the skill has none.</param>
    protected internal IEnumerable<(int? Skill, double Value)> OverSkills(
        int columns,
        bool total,
        Aggregate? over,
        Func<int, double?> value
    )
    {
        var values = Indices(columns).Select(k => (Skill: k + 1, Value: value(k))).Where(v => v.Value is not null).ToList();
        if (over is { } aggregate && !total)
            return [(null, SampleStatistics.Reduce(values.Select(v => v.Value!.Value), aggregate))];
        return values.Select(v => (total || Skills is { Count: 1 } ? (int?)null : v.Skill, v.Value!.Value));
    }

    private IEnumerable<(Place Place, Trajectory Trajectory)> Curves(RunData run)
    {
        var curves = Theory is null
            ? run.Trials.Select(t => (t.Place, t.Trajectory))
            : run.Theories.Where(t => t.Theory == Theory).Select(t => (t.Place, Trajectory: t.Curve));
        return !AverageReplicates
            ? curves
            : from curve in curves
            group curve by curve.Place.OverReplicates into replicates
            select (replicates.Key, Average([.. replicates.Select(r => r.Trajectory)]));
    }

    // Over the steps that all replicates have: one that stopped early shortens the mean and does not bend it.
    private static Trajectory Average(IReadOnlyList<Trajectory> curves)
    {
        int[] steps = [.. curves.Skip(1).Aggregate((IEnumerable<int>)curves[0].Steps, (common, c) => common.Intersect(c.Steps))];
        double[,] Mean(Func<Trajectory, double[,]> column)
        {
            var mean = new double[steps.Length, curves[0].Skills];
            foreach (var curve in curves)
            {
                for (var m = 0; m < steps.Length; m++)
                {
                    var row = Array.BinarySearch(curve.Steps, steps[m]);
                    for (var k = 0; k < mean.GetLength(1); k++)
                        mean[m, k] += column(curve)[row, k] / curves.Count;
                }
            }

            return mean;
        }
        return new(steps, curves[0].Frequencies, Mean(c => c.Loss), Mean(c => c.Strength), Mean(c => c.Accuracy))
        {
            Extra = curves[0].Extra.Keys.ToDictionary(name => name, name => Mean(c => c.Extra[name])),
        };
    }
}

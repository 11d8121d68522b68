namespace SkillTorch.Analysis;

/// <summary>
/// Two quantities compared: an earlier analysis with another one, with itself in another case, at another sweep
/// value or of another skill, or with a number. Values pair where nothing that both name (case, sweep, replicate, skill) differs; of
/// several
/// partners the median is taken, and a value without partner is left out.
/// </summary>
public abstract record ComparisonAnalysisOptions : AnalysisOptions
{
    /// <summary>Name of the earlier analysis on the left; restricted to <see cref="AnalysisOptions.Cases"/>.</summary>
    public required string Of { get; init; }

    /// <summary>Name of the earlier analysis on the right; null is <see cref="Of"/>.</summary>
    public string? To { get; init; }

    /// <summary>Case of the right side; null is the same case as on the left.</summary>
    public string? ToCase { get; init; }

    /// <summary>Sweep values of the right side, JSON path → value; other keys are as on the left.</summary>
    public IReadOnlyDictionary<string, double> ToAt { get; init; } = new Dictionary<string, double>();

    /// <summary>How much further down the list of skills the right side is: with 1, skill k is compared with skill k + 1.</summary>
    public int ToNextSkill { get; init; }

    /// <summary>A number as the right side, instead of an analysis.</summary>
    public double? Constant { get; init; }

    /// <summary>Whether medians over replicates are compared, instead of replicate by replicate.</summary>
    public bool Medians { get; init; }

    /// <summary>Compares two numbers.</summary>
    protected abstract double Compare(double left, double right);

    /// <inheritdoc/>
    public sealed override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        var left = ValuesOf(run, Of);
        var right = run.Values.Where(v => v.Name == (To ?? Of) && (ToCase is null || v.Case == ToCase) && v.Sweep.Matches(ToAt));
        if (Medians)
            (left, right) = (Axis.Medians(left), Axis.Medians(right));
        var candidates = right.ToList();
        foreach (var value in left)
        {
            double[] partners = Constant is { } constant ? [constant] : [.. candidates.Where(c => Paired(value, c)).Select(c => c.Value)];
            if (partners.Length > 0)
            {
                yield return value with
                {
                    Name = Name,
                    Value = Compare(value.Value, SampleStatistics.Median(partners)),
                    Low = null,
                    High = null,
                };
            }
        }
    }

    // What the options choose on the right side need not be as on the left.
    private bool Paired(AnalysisValue left, AnalysisValue right) =>
        Axis.Pairs(
            left,
            right with
            {
                Case = ToCase is null ? right.Case : "",
                Sweep = right.Sweep.Without(ToAt.ContainsKey),
                Skill = right.Skill - ToNextSkill,
            }
        );

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
        if (To is not null)
            RequireEarlier(plan, "to", To);
        if (ToCase is not null)
            Require(plan.Cases.Contains(ToCase), "toCase", ToCase, Choice("one of the cases", plan.Cases));
        foreach (var key in ToAt.Keys)
            Require(plan.SweepKeys.Contains(key), "toAt", key, Choice("one of the sweep keys", plan.SweepKeys));
        var other = To is not null || ToCase is not null || ToAt.Count > 0 || ToNextSkill != 0;
        Require(
            other != Constant is not null,
            "to",
            To,
            "either another analysis, case, sweep value or skill (`to`, `toCase`, `toAt`, `toNextSkill`) or a number (`constant`)"
        );
    }
}

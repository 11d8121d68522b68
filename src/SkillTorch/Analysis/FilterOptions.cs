namespace SkillTorch.Analysis;

/// <summary>The values of an earlier analysis whose sweep value, skill number, or value of another analysis lies in [from, to].</summary>
[Kind("filter")]
public sealed record FilterOptions : AnalysisOptions
{
    /// <summary>Name of the earlier analysis whose values are kept or dropped.</summary>
    public required string Of { get; init; }

    /// <summary>What decides: a sweep key, <c>skill</c>, or the name of an earlier analysis.</summary>
    public required string By { get; init; }

    /// <summary>Smallest value kept; null is no limit.</summary>
    public double? From { get; init; }

    /// <summary>Largest value kept; null is no limit.</summary>
    public double? To { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        from value in ValuesOf(run, Of)
        let position = Axis.Position(run, value, By)
        where !double.IsNaN(position) && !(position < From) && !(position > To)
        select value with
        {
            Name = Name,
        };

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
        Axis.Require(this, plan, "by", By);
        RequireWindow(From, To, double.NegativeInfinity);
        Require(From is not null || To is not null, "from", null, "at least one of `from` and `to`");
    }
}

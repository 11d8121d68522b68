using SkillTorch.Fitting;

namespace SkillTorch.Analysis;

/// <summary>A parameter of a theory as fitted, configured or derived, for each case and sweep value, with the 95 % interval of a fit over
/// replicates; or an end of that.</summary>
[Kind("fit-parameter")]
public sealed record FitParameterOptions : AnalysisOptions
{
    /// <summary>Label of the theory.</summary>
    public required string Theory { get; init; }

    /// <summary>The parameter's name, e.g. <c>n0</c>.</summary>
    public required string Parameter { get; init; }

    /// <summary>Best value or an end of the interval.</summary>
    public ParameterEstimate Estimate { get; init; } = ParameterEstimate.Best;

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        from fit in run.Fits
        where fit.Theory == Theory
        let parameter = Find(fit)
        let number = Estimate switch
        {
            ParameterEstimate.Low => parameter.Low,
            ParameterEstimate.High => parameter.High,
            _ => parameter.Value,
        }
        let isUncertain = Estimate == ParameterEstimate.Best && parameter.Fitted && !double.IsNaN(parameter.Low)
        select new AnalysisValue(fit.Place, Name, number)
        {
            Low = isUncertain ? parameter.Low : null,
            High = isUncertain ? parameter.High : null,
        };

    private FittedParameter Find(FitResult fit)
    {
        var parameter = fit.Parameters.FirstOrDefault(p => p.Name == Parameter);
        Require(parameter is not null, "parameter", Parameter, Choice($"a parameter of {Theory}", fit.Parameters.Select(p => p.Name)));
        return parameter!;
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireTheory(plan, "theory", Theory);
    }
}

/// <summary>Numbers that a fit gives of a parameter.</summary>
public enum ParameterEstimate
{
    /// <summary>The best value.</summary>
    Best,

    /// <summary>The lower end of the 95 % interval.</summary>
    Low,

    /// <summary>The upper end of the 95 % interval.</summary>
    High,
}

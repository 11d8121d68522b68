using SkillTorch.Numerics;

namespace SkillTorch.Analysis;

/// <summary>What is asked of forecasts.</summary>
public enum ForecastScore
{
    /// <summary>Median relative error |forecast/measured − 1|.</summary>
    Error,

    /// <summary>Fraction of the measured times that lie within the forecast's interval.</summary>
    Coverage,
}

/// <summary>
/// How good the forecasts of an earlier <c>forecast-backtest</c> are, of each case or of all together, with a 95 % interval from networks
/// drawn with replacement (percentile bootstrap, 1000 times).
/// </summary>
[Kind("forecast-score")]
public sealed record ForecastScoreOptions : AnalysisOptions
{
    private const int Resamples = 1000;

    /// <summary>Name of the earlier analysis.</summary>
    public required string Of { get; init; }

    /// <summary>Median relative error, or coverage.</summary>
    public ForecastScore Score { get; init; }

    /// <summary>Whether there is one value of all cases together, instead of one of each.</summary>
    public bool Pooled { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        foreach (var values in ValuesOf(run, Of).GroupBy(v => Pooled ? "" : v.Case))
        {
            double[][] networks = [.. values.GroupBy(v => v.Place).Select(network => network.Select(ScoreOf).ToArray())];
            var scores = new double[Resamples];
            for (var b = 0; b < Resamples; b++)
            {
                var draw = new RandomStream(0, RandomPurpose.Bootstrap, (ulong)b).Sequence();
                scores[b] = Summarise(networks.SelectMany(_ => networks[draw.NextUInt((uint)networks.Length)]));
            }

            Array.Sort(scores);
            yield return new(new(values.Key, [], null), Name, Summarise(networks.SelectMany(n => n)))
            {
                Low = SampleStatistics.Quantile(scores, 0.025),
                High = SampleStatistics.Quantile(scores, 0.975),
            };
        }
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
    }

    private double ScoreOf(AnalysisValue ratio) =>
        Score == ForecastScore.Error ? Math.Abs(ratio.Value - 1)
        : ratio.Low <= 1 && ratio.High >= 1 ? 1
        : 0;

    private double Summarise(IEnumerable<double> scores) =>
        SampleStatistics.Reduce(scores, Score == ForecastScore.Error ? Aggregate.Median : Aggregate.Mean);
}

using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;

namespace SkillTorch.Analysis;

/// <summary>What a forecast goes by.</summary>
public enum ForecastMethod
{
    /// <summary>The theories, as <see cref="Forecast"/>.</summary>
    Theories,

    /// <summary>A straight line of ln time over ln(1/frequency), or over ln rank where all skills are equally frequent.</summary>
    LogTime,

    /// <summary>Every further skill takes as long as the last one did.</summary>
    LastDuration,
}

/// <summary>
/// Forecasts, made at the moment when a fraction of a network's skills is mastered and from what is known then, over what came: of each
/// skill that is mastered later, the forecast time divided by the measured one, and the ends of the 95 % interval likewise. Skills that
/// are not mastered by the end of training, and networks that never come to the moment, have no value.
/// </summary>
[Kind("forecast-backtest")]
public sealed record ForecastBacktestOptions : AnalysisOptions
{
    /// <summary>Fraction of the skills that are mastered at the moment; of K skills it is the first at which ⌈fraction·K⌉ are.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Moment { get; init; } = 0.25;

    /// <summary>What the forecast goes by.</summary>
    public ForecastMethod Method { get; init; }

    /// <summary>Strength above which a skill is mastered.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Threshold { get; init; } = 0.5;

    /// <summary>
    /// Case → swept setting that takes the place of the training steps there: <c>training.datasetSize</c> or <c>model.width</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Over { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        from trials in run.Trials.GroupBy(t => t.Case)
        let key = Over.GetValueOrDefault(trials.Key)
        from siblings in LearningCurves.From(trials, key).GroupBy(c => c.Place.OverReplicates)
        from value in Test([.. siblings], key)
        select value;

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        foreach (var (label, key) in Over)
        {
            Require(plan.Cases.Contains(label), "over", label, Choice("one of the cases", plan.Cases));
            Require(plan.SweepKeys.Contains(key), $"over.{label}", key, Choice("one of the sweep keys", plan.SweepKeys));
        }
    }

    private IEnumerable<AnalysisValue> Test(LearningCurves[] siblings, string? key)
    {
        var theories = Method == ForecastMethod.Theories ? TheoryTimes.From(siblings[0], key, Threshold) : [];
        var values = new List<AnalysisValue>[siblings.Length];
        Workers.For(siblings.Length, i => values[i] = [.. Test(siblings, i, theories, key)]);
        return values.SelectMany(v => v);
    }

    private IEnumerable<AnalysisValue> Test(LearningCurves[] siblings, int which, IReadOnlyList<TheoryTimes> theories, string? key)
    {
        var curves = siblings[which];
        var truth = curves.Times(Threshold);
        var moment = truth.Order().ElementAt((int)Math.Ceiling((Moment * truth.Length) - 1e-9) - 1);
        if (!double.IsFinite(moment))
            yield break;
        var options = new ForecastOptions(curves.At.First(x => x >= moment)) { Threshold = Threshold, Over = key };
        LearningCurves[] known = [.. siblings.Select(s => s.UpTo(options.At))];
        foreach (var forecast in Foretell(known, known[which], theories, options))
        {
            var time = truth[forecast.Skill - 1];
            if (forecast.Mastered || double.IsInfinity(time) || double.IsNaN(forecast.Time))
                continue;
            yield return new(curves.Place, Name, forecast.Time / time)
            {
                Skill = forecast.Skill,
                Low = Method == ForecastMethod.Theories ? forecast.Low / time : null,
                High = Method == ForecastMethod.Theories ? forecast.High / time : null,
            };
        }
    }

    private IEnumerable<SkillForecast> Foretell(
        LearningCurves[] known,
        LearningCurves curves,
        IReadOnlyList<TheoryTimes> theories,
        ForecastOptions options
    )
    {
        if (Method == ForecastMethod.Theories)
            return Forecast.Of(known, theories, options, [curves]);
        var state = new MasteryState(curves, Threshold);
        if (state.Learned.Count == 0)
            return [];
        var times = Method == ForecastMethod.LogTime ? NaiveForecast.LogTime(state) : NaiveForecast.LastDuration(state);
        return times.Select(
            (time, k) => new SkillForecast(curves.Place, k + 1, state.Frequencies[k], time) { Mastered = double.IsFinite(state.Times[k]) }
        );
    }
}

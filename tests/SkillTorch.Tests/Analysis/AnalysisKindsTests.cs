using System.Reflection;
using System.Text.Json;
using SkillTorch.Analysis;
using static SkillTorch.Tests.Analysis.HandMadeRuns;

namespace SkillTorch.Tests.Analysis;

/// <summary>One table for the whole family: options, run, values computed on paper.</summary>
public sealed class AnalysisKindsTests
{
    private const double Never = double.PositiveInfinity;

    private static readonly LearningTimeOptions Time = new() { Name = "q", Threshold = 0.9 };
    private static readonly LearningTimeRatioOptions TimeRatio = new() { Name = "q", Threshold = 0.96 };
    private static readonly LearningOrderOptions Order = new() { Name = "q", Threshold = 0.5 };
    private static readonly CurveValueOptions Value = new() { Name = "q" };
    private static readonly CurveValueOptions Aligned = new()
    {
        Name = "q",
        Quantity = "alignedDimensions",
        Statistic = Aggregate.Mean,
    };
    private static readonly SkillCountOptions Count = new() { Name = "q" };
    private static readonly LogSlopeOptions Slope = new() { Name = "q" };
    private static readonly AgreementOptions Agree = new() { Name = "q", Theory = "law" };
    private static readonly AgreementOptions Late = new()
    {
        Name = "q",
        Theory = "law",
        From = 30,
        Measure = FitMeasure.Rmse,
    };
    private static readonly ScalingExponentOptions Exponent = new()
    {
        Name = "q",
        Of = "y",
        Against = "d",
    };
    private static readonly TrendOptions Trend = new()
    {
        Name = "q",
        Of = "y",
        Against = "d",
    };
    private static readonly CrossingOptions Crossing = new()
    {
        Name = "q",
        Of = "y",
        Against = "d",
        Threshold = 5,
    };
    private static readonly RatioOptions Ratio = new()
    {
        Name = "q",
        Of = "y",
        Cases = ["a"],
    };
    private static readonly FilterOptions Filter = new()
    {
        Name = "q",
        Of = "y",
        By = "d",
        From = 4,
    };
    private static readonly FitParameterOptions Parameter = new()
    {
        Name = "q",
        Theory = "first",
        Parameter = "n0",
    };
    private static readonly FitQualityOptions Quality = new() { Name = "q", Theory = "first" };
    private static readonly BestFitOptions Best = new() { Name = "q" };
    private static readonly ProductOptions Product = new()
    {
        Name = "q",
        Of = "y",
        To = "square",
        Cases = ["b"],
    };
    private static readonly BestSettingOptions BestRate = new() { Name = "q", Of = "t" };
    private static readonly AtBestOptions Tuned = new()
    {
        Name = "q",
        Of = "t",
        Best = "best",
    };
    private static readonly MedianIntervalOptions Interval = new() { Name = "q", Of = "nine" };
    private static readonly FractionOptions Fraction = new()
    {
        Name = "q",
        Of = "nine",
        From = 3,
    };
    private static readonly OnsetOptions Onset = new() { Name = "q", Threshold = 0.9 };
    private static readonly OverlapOptions Overlap = new() { Name = "q", Theory = "law" };
    private static readonly DifferenceOptions Next = new()
    {
        Name = "q",
        Of = "s",
        To = "s",
    };
    private static readonly CostPerStepOptions Cost = new() { Name = "q" };
    private static readonly EnvelopeSlopeOptions Envelope = new()
    {
        Name = "q",
        Key = "n",
        From = 1,
        To = 16,
        Points = 5,
    };
    private static readonly ForecastBacktestOptions Backtest = new() { Name = "q", Method = ForecastMethod.LogTime };
    private static readonly ForecastScoreOptions Score = new() { Name = "q", Of = "f" };
    private static readonly SettingOptions Setting = new() { Name = "q", Path = "training.steps" };

    private static readonly (AnalysisOptions Options, Func<RunData> Run, double[] Expected)[] Rows =
    [
        (Time, One, [30, 40]),
        (Backtest, Forecasts, [1, 1, 1]), // a straight line of slope 1 through the first skill
        (Backtest with { Moment = 0.5 }, Forecasts, [1, 1]),
        (Backtest with { Moment = 0.5, Method = ForecastMethod.LastDuration }, Forecasts, [30.0 / 40, 40.0 / 80]),
        (Backtest with { Threshold = 0.3 }, Forecasts, [16.0 / 18, 32.0 / 38, 64.0 / 78]), // two steps earlier
        (Backtest with { Over = new Dictionary<string, string> { ["one"] = "d" } }, Forecasts, []), // all are mastered at the only size
        (Score, Forecasts, [0.2, 1]),
        (Score with { Of = "g" }, Forecasts, [0, 0]),
        (Score with { Score = ForecastScore.Coverage }, Forecasts, [0.5, 1]),
        (Score with { Pooled = true }, Forecasts, [0.3]),
        (Time with { Threshold = 0.55 }, One, [20, 30]),
        (Time with { Threshold = 0.55, Quantity = "accuracy" }, One, [10, 20]),
        (Time with { Quantity = "loss", Threshold = 0.5 }, One, [10, 30]),
        (Time with { Quantity = "total-loss", Threshold = 0.5 }, One, [20]),
        (Time with { Falling = true }, One, [0, 0]),
        (Time with { Interpolate = true }, One, [20 + 10 * (0.1 / 0.15), 30 + 10 * (0.3 / 0.35)]),
        (Time with { Skills = [2] }, One, [40]),
        (Time with { Skills = [2, 7] }, One, [40]),
        (Time with { Over = Aggregate.Min }, One, [30]),
        (Time with { Over = Aggregate.Max }, One, [40]),
        (Time with { Over = Aggregate.Median }, One, [35]),
        (Time with { Threshold = 0.96 }, One, [40, Never]),
        (Time with { Threshold = 0.96, Over = Aggregate.Max }, One, [Never]),
        (Time with { Threshold = 0.96, Otherwise = 99 }, One, [40, 99]),
        (Time with { Theory = "law" }, One, [40, 40]),
        (Time with { Threshold = 0.6 }, Replicates, [10, 20]),
        (Time with { Threshold = 0.6, AverageReplicates = true }, Replicates, [20]),
        (TimeRatio, One, [Never]),
        (TimeRatio with { Otherwise = 100 }, One, [2.5]),
        (TimeRatio with { Threshold = 0.9 }, One, [40.0 / 30]),
        (TimeRatio with { Threshold = 0.9, Skills = [2, 1] }, One, [30.0 / 40]),
        (TimeRatio with { Skills = [2, 1] }, One, [double.NaN]),
        (Order, Disorder, [1.0 / 3]),
        (Order with { Strict = true }, Disorder, [0]),
        (Order with { Skills = [2, 3, 1] }, Disorder, [1.0 / 3]),
        (Order with { Skills = [2, 3, 1], AsListed = true }, Disorder, [1]),
        (Order with { Threshold = 2 }, Disorder, [double.NaN]),
        (Order with { Threshold = 0.96 }, One, [1]),
        (Value, One, [1, 0.95]),
        (Value with { Quantity = "accuracy" }, One, [1, 1]),
        (Value with { Quantity = "frequency" }, One, [0.75, 0.25]),
        (Value with { Quantity = "total-loss" }, One, [0.75 * 0.0001 + 0.25 * 0.0025]),
        (Value with { Over = Aggregate.Mean }, One, [0.975]),
        (Value with { To = 20 }, One, [0.8, 0.2]),
        (Value with { From = 50 }, One, [double.NaN, double.NaN]),
        (Value with { Statistic = Aggregate.Mean }, One, [0.63, 0.35]),
        (Value with { Statistic = Aggregate.Mean, From = 30 }, One, [0.975, 0.775]),
        (Value with { Statistic = Aggregate.Mean, Last = 11 }, One, [0.975, 0.775]),
        (Value with { Statistic = Aggregate.Min, To = 10, Last = 1 }, One, [0.4, 0]),
        (Aligned, One, [26, 26]),
        (Aligned with { Phase = Phase.Learning }, One, [27.5, 26]),
        (Aligned with { Phase = Phase.Learned }, One, [20, 60]),
        (Aligned with { Phase = Phase.Learned, Threshold = 0.7 }, One, [30, 60]),
        (Aligned with { Phase = Phase.Learned, Threshold = 0.99 }, One, [20]),
        (Aligned with { Statistic = Aggregate.Max }, One, [50, 60]),
        (Aligned with { Statistic = Aggregate.Max, Smooth = 20 }, One, [40, 50]),
        (Count, One, [0]),
        (Count with { Above = 0.96 }, One, [1]),
        (Count with { Above = 0.96, Fraction = true }, One, [0.5]),
        (Count with { Below = 0.96 }, One, [1]),
        (Count with { BelowStart = true }, One, [0]),
        (Count with { Quantity = "loss" }, One, [0]),
        (Count with { Quantity = "loss", BelowStart = true }, One, [2]),
        (Count with { Above = 0.96, Theory = "law" }, One, [2]),
        (Slope, PowerLaw, [-1.6]),
        (Slope with { To = 4 }, PowerLaw, [-1]),
        (Slope with { From = 4 }, PowerLaw, [-3]),
        (Slope with { Local = Aggregate.Min }, PowerLaw, [-3]),
        (Slope with { Local = Aggregate.Max }, PowerLaw, [-1]),
        (Slope with { Quantity = "strength" }, PowerLaw, [1]),
        (Agree, One, [1 - 0.03 / 1.604]),
        (Agree with { Theory = "same" }, One, [1]),
        (Agree with { Measure = FitMeasure.Rmse }, One, [Math.Sqrt(0.003)]),
        (Agree with { Skills = [1] }, One, [1 - 0.0125 / 0.718]),
        (Agree with { From = 30 }, One, [1 - 0.005 / 0.1025]),
        (Agree with { To = 10 }, One, [1 - 0.005 / 0.12]),
        (Late, One, [Math.Sqrt(0.005 / 4)]),
        (Late with { Logarithmic = true }, One, [Math.Sqrt((Math.Pow(Math.Log(0.6 / 0.55), 2) + Math.Pow(Math.Log(0.95), 2)) / 4)]),
        (Late with { From = 40 }, One, [Math.Sqrt(0.0025 / 2)]),
        (Late with { From = 40, Quantity = "loss" }, One, [Math.Sqrt((1e-8 + 6.25e-6) / 2)]),
        (Exponent, Earlier, [-1.5, 1]),
        (Exponent with { Of = "one" }, Earlier, [0, 0]),
        (Exponent with { Local = Aggregate.Min }, Earlier, [-2, 1]),
        (Exponent with { From = 2 }, Earlier, [-2, 1]),
        (Exponent with { To = 2 }, Earlier, [-1, 1]),
        (Exponent with { Against = "square" }, Earlier, [Math.Log(6.5 / 7) / Math.Log(16)]),
        (Exponent with { Against = "square", Spans = ["d"] }, Earlier, [-0.75, 0.5]),
        (Exponent with { From = 5 }, Earlier, []),
        (Trend, Earlier, [-4, 3]),
        (Trend with { Aggregate = Aggregate.Max }, Earlier, [-3, 6]),
        (Trend with { Relative = true }, Earlier, [0.25, 2]),
        (Crossing, Earlier, [1, 1 + 2.0 / 3]),
        (Crossing with { Interpolate = false }, Earlier, [1, 2]),
        (Crossing with { Falling = true }, Earlier, [1.75, 1]),
        (Crossing with { Threshold = 8.5 }, Earlier, [Never, 2 + 2 * (2.5 / 6)]),
        (Ratio, Earlier, [1, 1, 1, 1]),
        (Ratio with { Of = "one" }, Earlier, [1, 1, 1, 1]),
        (Ratio with { To = "square" }, Earlier, [7, 9, 1, 1.0 / 16]),
        (Ratio with { Of = "one", To = "square" }, Earlier, [1, 1, 0.25, 1.0 / 16]),
        (Ratio with { Constant = 2 }, Earlier, [3.5, 4.5, 2, 0.5]),
        (Ratio with { ToCase = "b" }, Earlier, [7.0 / 3, 4.0 / 6, 1.0 / 12]),
        (Ratio with { ToCase = "b", Medians = true }, Earlier, [8.0 / 3, 4.0 / 6, 1.0 / 12]),
        (Ratio with { ToAt = new Dictionary<string, double> { ["d"] = 1 } }, Earlier, [1, 1, 4.0 / 7, 1.0 / 7]),
        (
            new DifferenceOptions
            {
                Name = "q",
                Of = "y",
                To = "square",
                Cases = ["b"],
            },
            Earlier,
            [2, 2, -4]
        ),
        (
            new DifferenceOptions
            {
                Name = "q",
                Of = "y",
                ToCase = "a",
                Cases = ["b"],
            },
            Earlier,
            [-4, 2, 11]
        ),
        (Product, Earlier, [3, 24, 192]),
        // Medians of case a: NaN, 5, 6; of case b: 2.5, 4, ∞.
        (BestRate, Search, [5, 2.5]),
        (BestRate with { Of = "nine" }, Search, [5]),
        (BestRate with { Largest = true }, Search, [6, Never]),
        (BestRate with { ToReplicate = 1 }, Search, [1, 1]),
        (BestRate with { Aggregate = Aggregate.Mean }, Search, [5, 2.75]),
        (BestRate with { Give = BestSettingValue.Edges }, Search, [0, 1]),
        (BestRate with { Of = "even", Give = BestSettingValue.Edges }, Search, [0]),
        (BestRate with { Give = BestSettingValue.Edges, Largest = true }, Search, [1, double.NaN]),
        (BestRate with { Give = BestSettingValue.Edges, ToReplicate = 1 }, Search, [1, 1]),
        (Tuned, Search, [8, 4, 6, 2, 3, 1, 2, 5]),
        (Tuned with { FromReplicate = 3 }, Search, [6, 2, 2, 5]),
        (Tuned with { Best = "other" }, Search, [1, 5, 7, Never]),
        (Tuned with { Of = "nine" }, Search, [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        // P(Bin(9, ½) ≤ 1) = 10/512: the second of nine from either end is 96.1 % sure, the third 82 %.
        (Interval, Search, [5]),
        (Interval with { Estimate = ParameterEstimate.Low }, Search, [2]),
        (Interval with { Estimate = ParameterEstimate.High }, Search, [8]),
        (Interval with { Estimate = ParameterEstimate.Low, Level = 0.8 }, Search, [3]),
        (Interval with { Estimate = ParameterEstimate.Low, Level = 0.999 }, Search, [double.NaN]),
        (Interval with { Estimate = ParameterEstimate.Low, Of = "t", Level = 0.8 }, Search, [double.NaN, 2, 1, 1, 4, 1]),
        (new MeanIntervalOptions { Name = "q", Of = "nine" }, Search, [5]),
        (Fraction, Search, [7.0 / 9]),
        (Fraction with { From = 4 }, Search, [6.0 / 9]),
        (Fraction with { To = 5 }, Search, [3.0 / 9]),
        (Fraction with { Of = "t" }, Search, [double.NaN, 0.75, 0.75, 0.5, 1, 0.75]),
        (Onset, One, [0.6]),
        (Onset with { Threshold = 0.55 }, One, [0.2]),
        (Onset with { Quantity = "accuracy" }, One, [0.8]),
        (Onset with { Skills = [2, 1] }, One, [1]),
        (Onset with { Threshold = 0.96, Skills = [2, 1] }, One, [double.NaN]),
        // Above 0.96 the trial ends with skill 1, the law with both.
        (Overlap, One, [double.NaN]),
        (Overlap with { Above = 0.96 }, One, [0.5]),
        (Overlap with { Above = 0.96, Theory = "same" }, One, [1]),
        (Overlap with { Below = 0.96 }, One, [0]),
        (Overlap with { BelowStart = true }, One, [double.NaN]),
        (Overlap with { BelowStart = true, Quantity = "loss" }, One, [1]),
        (Overlap with { Quantity = "loss" }, One, [double.NaN]),
        (Next, Skilled, [0, 0, 0]),
        (Next with { ToNextSkill = 1 }, Skilled, [-4, -18]),
        (Next with { ToNextSkill = -1 }, Skilled, [4, 18]),
        // 12 s of wall time, 40 steps, a stack of 3; the second trial's cost is not known.
        (Cost, Search, [0.1, double.NaN]),
        (Cost with { Clock = CostClock.Processor }, Search, [20.0 / 120, double.NaN]),
        (Filter, Earlier, [1, 12]),
        (Filter with { By = "square" }, Earlier, [4, 1, 6, 12]),
        (Filter with { From = 2 }, Earlier, [4, 1, 6, 12]),
        (Filter with { From = 2, To = 2 }, Earlier, [4, 6]),
        (Filter with { Of = "one" }, Earlier, [1, 1]),
        (Parameter, Fits, [0.1]),
        (Parameter with { Theory = "second" }, Fits, [0.3]),
        (Parameter with { Parameter = "eta" }, Fits, [2]),
        (Parameter with { Estimate = ParameterEstimate.Low }, Fits, [0.05]),
        (Parameter with { Estimate = ParameterEstimate.High }, Fits, [0.2]),
        (Quality, Fits, [0.9]),
        (Quality with { Theory = "second" }, Fits, [0.95]),
        (Quality with { Measure = FitMeasure.Rmse }, Fits, [0.2]),
        (Quality with { Measure = FitMeasure.Aic }, Fits, [-10]),
        (Best, Fits, [1]),
        (Best with { Theories = ["second", "first"] }, Fits, [2]),
        (Best with { Measure = FitMeasure.R2 }, Fits, [2]),
        (Best with { Measure = FitMeasure.Aic }, Fits, [2]),
        (Best with { Parameter = "n0" }, Fits, [0.1]),
        (Envelope, SizeFamily, [-0.9]),
        (Envelope with { Key = "m" }, SizeFamily, [-0.5, -1.5]),
        (Envelope with { From = 8 }, SizeFamily, [-2]),
        (Envelope with { To = 4 }, SizeFamily, [-1]),
        (Envelope with { Points = 2 }, SizeFamily, [-1]),
        (Envelope with { Local = Aggregate.Max }, SizeFamily, [0]),
        (Setting, One, [40]),
        (Setting with { Path = "measure.at.1" }, One, [7]),
        (Setting with { Path = "training.batchSize" }, One, [double.NaN]),
    ];

    public static TheoryData<int, string> Table()
    {
        var table = new TheoryData<int, string>();
        for (var row = 0; row < Rows.Length; row++)
            table.Add(row, $"{Rows[row].Options} on {Rows[row].Run.Method.Name}");
        return table;
    }

    [Theory, MemberData(nameof(Table))]
    public void A_kind_gives_the_values_computed_on_paper(int row, string options)
    {
        var values = Rows[row].Options.Evaluate(Rows[row].Run()).Select(v => v.Value).ToArray();
        Assert.True(values.Length == Rows[row].Expected.Length, $"{options}: {values.Length} values");
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(Rows[row].Expected[i], values[i], 1e-12);
    }

    [Fact]
    public void Every_kind_has_a_row() => Assert.Empty(Kinds().Except(Rows.Select(r => r.Options.GetType())));

    [Fact]
    public void Every_option_has_two_rows_that_differ_in_it_alone_and_in_the_result()
    {
        // Cases restricts what any kind sees; AnalysisRunnerTests covers it. A series' Interval adds one; SeriesIntervalTests cover it.
        var options =
            from kind in Kinds()
            from property in kind.GetProperties()
            where
                property.Name
                    is not (nameof(AnalysisOptions.Name) or nameof(AnalysisOptions.Cases) or nameof(SeriesAnalysisOptions.Interval))
                && property.GetSetMethod() is not null
            select (property.DeclaringType, property.Name);
        var switched =
            from a in Rows
            from b in Rows
            where a.Options.GetType() == b.Options.GetType() && a.Run == b.Run && !a.Expected.SequenceEqual(b.Expected)
            let differences = Differences(a.Options, b.Options)
            where differences.Count == 1
            select (differences[0].DeclaringType, differences[0].Name);
        Assert.Empty(options.Distinct().Except(switched));
    }

    private static IEnumerable<Type> Kinds() =>
        typeof(AnalysisOptions).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(AnalysisOptions)) && !t.IsAbstract);

    private static List<PropertyInfo> Differences(AnalysisOptions a, AnalysisOptions b) =>
        [.. a.GetType().GetProperties().Where(p => JsonSerializer.Serialize(p.GetValue(a)) != JsonSerializer.Serialize(p.GetValue(b)))];
}

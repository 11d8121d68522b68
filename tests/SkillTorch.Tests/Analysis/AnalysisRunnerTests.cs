using SkillTorch.Analysis;
using static SkillTorch.Tests.Analysis.HandMadeRuns;

namespace SkillTorch.Tests.Analysis;

public sealed class AnalysisRunnerTests
{
    private static readonly LearningTimeOptions Time = new() { Name = "t", Threshold = 0.5 };

    [Fact]
    public void Analyses_see_the_values_of_those_before_them()
    {
        var values = AnalysisRunner.Evaluate(
            [
                Time with
                {
                    Name = "t1",
                    Skills = [1],
                    Threshold = 0.9,
                },
                Time with
                {
                    Name = "both",
                    Over = Aggregate.Max,
                    Threshold = 0.9,
                },
                new DifferenceOptions
                {
                    Name = "wait",
                    Of = "both",
                    To = "t1",
                },
            ],
            One()
        );
        Assert.Equal([("t1", 30), ("both", 40), ("wait", 10)], values.Select(v => (v.Name, v.Value)));
    }

    [Fact]
    public void Cases_restrict_trials_fits_theories_and_the_left_side_of_comparisons()
    {
        var one = One();
        var other = one with
        {
            Trials = [.. one.Trials, one.Trials[0] with { Case = "other" }],
            Theories = [.. one.Theories, one.Theories[0] with { Case = "other" }],
            Fits = [.. Fits().Fits, Fits().Fits[0] with { Case = "other" }],
        };
        string[] cases = ["other"];
        var values = AnalysisRunner.Evaluate(
            [
                Time with
                {
                    Cases = cases,
                },
                Time with
                {
                    Name = "theory",
                    Cases = cases,
                    Theory = "law",
                },
                new FitQualityOptions
                {
                    Name = "r2",
                    Cases = cases,
                    Theory = "first",
                },
                Time with
                {
                    Name = "everywhere",
                    Skills = [1],
                },
                new RatioOptions
                {
                    Name = "ratio",
                    Cases = cases,
                    Of = "everywhere",
                    ToCase = "one",
                },
            ],
            other
        );
        Assert.Equal(["one"], values.Where(v => v.Case != "other").Select(v => v.Case));
        Assert.Equal(1, values.Count(v => v.Name == "ratio"));
        Assert.Equal(["t", "t", "theory", "theory", "r2", "everywhere", "everywhere", "ratio"], values.Select(v => v.Name));
    }

    [Fact]
    public void Values_say_which_skill_and_replicate_they_belong_to()
    {
        var run = Replicates();
        Assert.Equal([1, 2], Time.Evaluate(run).Select(v => v.Replicate!.Value));
        Assert.Equal([null], (Time with { AverageReplicates = true }).Evaluate(run).Select(v => v.Replicate));
        Assert.Equal([1, 2], Time.Evaluate(One()).Select(v => v.Skill!.Value));
        Assert.Equal([null], (Time with { Skills = [2] }).Evaluate(One()).Select(v => v.Skill));
        Assert.Equal([null], (Time with { Over = Aggregate.Max }).Evaluate(One()).Select(v => v.Skill));
    }

    [Fact]
    public void A_series_spans_its_axis_and_the_median_of_replicates()
    {
        var exponent = new ScalingExponentOptions
        {
            Name = "q",
            Of = "y",
            Against = "d",
        };
        Assert.All(exponent.Evaluate(Earlier()), v => Assert.True(v.Sweep.Count == 0 && v.Replicate is null));
        Assert.Equal(["a", "b"], exponent.Evaluate(Earlier()).Select(v => v.Case));
        var everything = (exponent with { Against = "square" }).Evaluate(Earlier()).Single();
        Assert.Equal("", everything.Case);
        var cases = (exponent with { Against = "square", Spans = ["case"] }).Evaluate(Earlier()).ToList();
        Assert.Equal([1, 2, 4], cases.Select(v => (double)v.Sweep.Single().Value));
    }

    [Fact]
    public void Skills_are_an_axis()
    {
        var values = AnalysisRunner.Evaluate(
            [
                new LearningTimeOptions { Name = "t", Threshold = 0.9 },
                new ScalingExponentOptions
                {
                    Name = "exponent",
                    Of = "t",
                    Against = "skill",
                },
                new FilterOptions
                {
                    Name = "second",
                    Of = "t",
                    By = "skill",
                    From = 2,
                },
            ],
            One()
        );
        Assert.Equal(Math.Log(40.0 / 30) / Math.Log(2), values.Single(v => v.Name == "exponent").Value, 1e-12);
        Assert.Equal(40, values.Single(v => v.Name == "second").Value);
    }

    [Fact]
    public void A_theory_of_one_replicate_is_compared_with_that_replicate_alone()
    {
        var run = Replicates();
        run = run with { Theories = [new(new("one", [], 2), "law", run.Trials[1].Trajectory)] };
        var value = new AgreementOptions { Name = "r2", Theory = "law" }
            .Evaluate(run)
            .Single();
        Assert.Equal((2, 1.0), (value.Replicate, value.Value));
    }

    [Fact]
    public void An_average_is_over_the_steps_that_all_replicates_have()
    {
        var run = Replicates();
        run = run with { Trials = [run.Trials[0], Trial("one", [], 2, Strengths([0, 20, 30], [1], [0, 1, 1]))] };
        Assert.Equal(20, (Time with { AverageReplicates = true, Threshold = 0.9 }).Evaluate(run).Single().Value);
        Assert.Equal(
            1,
            new CurveValueOptions
            {
                Name = "s",
                AverageReplicates = true,
                Statistic = Aggregate.Max,
            }
                .Evaluate(run)
                .Single()
                .Value
        );
    }

    [Fact]
    public void Sweep_values_that_are_no_numbers_select_nothing_and_harm_nothing()
    {
        var run = Replicates();
        run = run with { Trials = [.. run.Trials.Select(t => t with { Sweep = [new("model.taskVectors", "unit")] })] };
        var values = AnalysisRunner.Evaluate(
            [
                Time,
                new ScalingExponentOptions
                {
                    Name = "slope",
                    Of = "t",
                    Against = "model.taskVectors",
                },
            ],
            run
        );
        Assert.All(values, v => Assert.Equal("t", v.Name));
        Assert.Equal(2, values.Count);
    }

    private static readonly AnalysisPlan Plan = new(["a", "b"], ["d"], ["law"], 3)
    {
        Analyses = ["y", "z"],
        ExtraQuantities = ["alignedDimensions"],
        Trials = [One().Trials[0].Trial],
    };

    public static TheoryData<string, AnalysisOptions> Bad() =>
        new()
        {
            { "cases", Time with { Cases = ["c"] } },
            {
                "over",
                new ForecastBacktestOptions
                {
                    Name = "t",
                    Over = new Dictionary<string, string> { ["c"] = "d" },
                }
            },
            {
                "of",
                new ForecastScoreOptions { Name = "t", Of = "later" }
            },
            { "skills", Time with { Skills = [0] } },
            { "skills", Time with { Skills = [4] } },
            { "skills", Time with { Skills = [] } },
            { "skills", Time with { Skills = [1], Quantity = "total-loss" } },
            { "quantity", Time with { Quantity = "stength" } },
            { "threshold", Time with { Threshold = double.NaN } },
            { "theory", Time with { Theory = "lore" } },
            {
                "skills",
                new LearningTimeRatioOptions
                {
                    Name = "t",
                    Threshold = 0.9,
                    Skills = [1],
                }
            },
            {
                "skills",
                new OnsetOptions
                {
                    Name = "t",
                    Threshold = 0.9,
                    Skills = [1, 2, 3],
                }
            },
            {
                "from",
                new FractionOptions { Name = "t", Of = "y" }
            },
            {
                "of",
                new MeanIntervalOptions { Name = "t", Of = "u" }
            },
            {
                "theory",
                new OverlapOptions
                {
                    Name = "t",
                    Theory = "lore",
                    Above = 1,
                }
            },
            {
                "quantity",
                new OverlapOptions
                {
                    Name = "t",
                    Theory = "law",
                    Above = 1,
                    Quantity = "accuracy",
                }
            },
            {
                "kind",
                new OverlapOptions { Name = "t", Theory = "law" }
            },
            {
                "quantity",
                new LearningTimeRatioOptions
                {
                    Name = "t",
                    Threshold = 0.9,
                    Quantity = "total-loss",
                }
            },
            {
                "skills",
                new LearningOrderOptions
                {
                    Name = "t",
                    Threshold = 0.9,
                    AsListed = true,
                }
            },
            {
                "skills",
                new LearningOrderOptions
                {
                    Name = "t",
                    Threshold = 0.9,
                    Skills = [1, 1],
                }
            },
            {
                "from",
                new CurveValueOptions { Name = "t", From = -1 }
            },
            {
                "to",
                new CurveValueOptions
                {
                    Name = "t",
                    From = 20,
                    To = 10,
                }
            },
            {
                "phase",
                new CurveValueOptions
                {
                    Name = "t",
                    Quantity = "total-loss",
                    Phase = Phase.Learned,
                }
            },
            {
                "kind",
                new SkillCountOptions { Name = "t" }
            },
            {
                "kind",
                new SkillCountOptions
                {
                    Name = "t",
                    Above = 1,
                    BelowStart = true,
                }
            },
            {
                "to",
                new LogSlopeOptions
                {
                    Name = "t",
                    From = 200,
                    To = 80,
                }
            },
            {
                "measure",
                new AgreementOptions
                {
                    Name = "t",
                    Theory = "law",
                    Measure = FitMeasure.Aic,
                }
            },
            {
                "theory",
                new AgreementOptions { Name = "t", Theory = "lore" }
            },
            {
                "of",
                new TrendOptions
                {
                    Name = "t",
                    Of = "x",
                    Against = "d",
                }
            },
            {
                "against",
                new TrendOptions
                {
                    Name = "t",
                    Of = "y",
                    Against = "e",
                }
            },
            {
                "spans",
                new TrendOptions
                {
                    Name = "t",
                    Of = "y",
                    Against = "d",
                    Spans = ["e"],
                }
            },
            {
                "to",
                new ScalingExponentOptions
                {
                    Name = "t",
                    Of = "y",
                    Against = "d",
                    From = 2,
                    To = 1,
                }
            },
            {
                "threshold",
                new CrossingOptions
                {
                    Name = "t",
                    Of = "y",
                    Against = "d",
                    Threshold = double.PositiveInfinity,
                }
            },
            {
                "to",
                new RatioOptions { Name = "t", Of = "y" }
            },
            {
                "to",
                new RatioOptions
                {
                    Name = "t",
                    Of = "y",
                    To = "x",
                }
            },
            {
                "to",
                new DifferenceOptions
                {
                    Name = "t",
                    Of = "y",
                    To = "z",
                    Constant = 1,
                }
            },
            {
                "toCase",
                new RatioOptions
                {
                    Name = "t",
                    Of = "y",
                    ToCase = "c",
                }
            },
            {
                "toAt",
                new RatioOptions
                {
                    Name = "t",
                    Of = "y",
                    ToAt = new Dictionary<string, double> { ["e"] = 1 },
                }
            },
            {
                "from",
                new FilterOptions
                {
                    Name = "t",
                    Of = "y",
                    By = "d",
                }
            },
            {
                "by",
                new FilterOptions
                {
                    Name = "t",
                    Of = "y",
                    By = "e",
                    From = 1,
                }
            },
            {
                "theory",
                new FitParameterOptions
                {
                    Name = "t",
                    Theory = "lore",
                    Parameter = "n0",
                }
            },
            {
                "theory",
                new FitQualityOptions { Name = "t", Theory = "lore" }
            },
            {
                "theories",
                new BestFitOptions { Name = "t", Theories = ["law", "lore"] }
            },
            {
                "theories",
                new BestFitOptions { Name = "t" }
            },
            {
                "key",
                new EnvelopeSlopeOptions { Name = "t", Key = "n" }
            },
            {
                "from",
                new EnvelopeSlopeOptions
                {
                    Name = "t",
                    Key = "d",
                    From = 0,
                }
            },
            {
                "path",
                new SettingOptions { Name = "t", Path = "training.step" }
            },
            {
                "path",
                new SettingOptions { Name = "t", Path = "measure.at.2" }
            },
            {
                "path",
                new SettingOptions { Name = "t", Path = "training.loss" }
            },
        };

    [Theory, MemberData(nameof(Bad))]
    public void A_bad_option_is_named_before_training(string option, AnalysisOptions options)
    {
        var error = Assert.Throws<InvalidOptionException>(() => options.Validate(Plan));
        Assert.Equal($"analyses.t.{option}", error.Path);
        Assert.Matches($"^Got .+ for `analyses\\.t\\.{option}`; expected .+\\.$", error.Message);
    }

    [Fact]
    public void Good_options_pass() =>
        AnalysisRunner.Validate(
            [
                Time with
                {
                    Skills = [3],
                    Cases = ["b"],
                    Theory = "law",
                },
                new CurveValueOptions
                {
                    Name = "n",
                    Quantity = "alignedDimensions",
                    Phase = Phase.Learned,
                },
                new TrendOptions
                {
                    Name = "trend",
                    Of = "t",
                    Against = "d",
                    Spans = ["d", "case", "skill"],
                },
                new RatioOptions
                {
                    Name = "ratio",
                    Of = "n",
                    To = "t",
                },
                new SettingOptions { Name = "steps", Path = "training.steps" },
            ],
            [
                new()
                {
                    Id = "P1",
                    Statement = "s",
                    Quantity = "ratio",
                    Within = [null, 1],
                },
            ],
            Plan with
            {
                Analyses = [],
            }
        );

    [Fact]
    public void An_analysis_may_not_take_a_name_twice_or_refer_to_a_later_one()
    {
        var twice = Assert.Throws<InvalidOptionException>(() => AnalysisRunner.Validate([Time, Time], [], Plan));
        Assert.Equal("analyses.t.name", twice.Path);
        var later = Assert.Throws<InvalidOptionException>(() =>
            AnalysisRunner.Validate(
                [
                    new RatioOptions
                    {
                        Name = "r",
                        Of = "t",
                        Constant = 1,
                    },
                    Time,
                ],
                [],
                Plan
            )
        );
        Assert.Equal("analyses.r.of", later.Path);
    }

    [Fact]
    public void What_only_the_run_can_tell_is_named_then()
    {
        var quantity = Assert.Throws<InvalidOptionException>(() => (Time with { Quantity = "stength" }).Evaluate(One()).ToList());
        Assert.Contains("alignedDimensions", quantity.Message);
        var parameter = Assert.Throws<InvalidOptionException>(() =>
            new FitParameterOptions
            {
                Name = "f",
                Theory = "first",
                Parameter = "n1",
            }
                .Evaluate(Fits())
                .ToList()
        );
        Assert.Equal("Got n1 for `analyses.f.parameter`; expected a parameter of first (n0, eta).", parameter.Message);
    }

    [Fact]
    public void A_best_setting_says_where_it_lies_and_what_is_taken_there_lies_nowhere()
    {
        var best = new BestSettingOptions { Name = "q", Of = "t" }
            .Evaluate(Search())
            .ToList();
        Assert.Equal([2, 1], best.Select(v => (double)v.Sweep.Single().Value));
        Assert.All(best, v => Assert.Null(v.Replicate));
        Assert.All(
            new AtBestOptions
            {
                Name = "q",
                Of = "t",
                Best = "best",
            }.Evaluate(Search()),
            v => Assert.Empty(v.Sweep)
        );
    }

    [Fact]
    public void A_median_has_its_interval_beside_it_and_what_is_computed_of_it_has_not()
    {
        var median = new MedianIntervalOptions { Name = "q", Of = "nine" }
            .Evaluate(Search())
            .Single();
        Assert.Equal((5.0, 2.0, 8.0), (median.Value, median.Low, median.High));
        var run = Search() with { Values = [median] };
        var half = new RatioOptions
        {
            Name = "half",
            Of = "q",
            Constant = 2,
        }
            .Evaluate(run)
            .Single();
        Assert.Equal((2.5, null, null), (half.Value, half.Low, half.High));
    }
}

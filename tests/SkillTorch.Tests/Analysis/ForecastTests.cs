using SkillTorch.Analysis;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Tests.Analysis;

/// <summary>Forecasts of curves that follow a known theory, with noise.</summary>
public sealed class ForecastTests
{
    private const string Samples = "training.datasetSize",
        Width = "model.width";

    private static readonly AbstractSkillsOptions Skills = new() { Count = 6, FrequencyExponent = 1.5 };
    private static readonly AdamOptions Adam = new();
    private static readonly SgdOptions Sgd = new();

    public static TheoryData<string, string, SkillTheory, OptimizerOptions, TaskOptions> Planted =>
        new()
        {
            {
                "resource",
                "competing",
                new ResourceModel { EffectiveLearningRate = 0.004, N0 = 0.01 },
                Adam,
                Skills
            },
            {
                "domino",
                "one by one",
                new DominoModel { LearningTime = 300 },
                Adam,
                Skills
            },
            {
                "multilinear",
                "gradient flow",
                new MultilinearModel { LearningRate = 0.05, B2 = 1 },
                Sgd,
                Skills
            },
            {
                "", // quanta, which do not follow the rate, say the same until it falls
                "a falling rate",
                new MultilinearModel { LearningRate = 0.05, B2 = 1 },
                Sgd with
                {
                    LearningRateSchedule = new StepScheduleOptions { Every = 1000 },
                },
                Skills
            },
            {
                "resource",
                "prerequisites",
                new ResourceModel
                {
                    EffectiveLearningRate = 0.004,
                    N0 = 0.01,
                    GateExponent = 0.01,
                },
                Adam,
                new AbstractSkillsOptions
                {
                    Count = 4,
                    Frequencies = [0.1, 0.2, 0.3, 0.4],
                    Prerequisites = [new() { Skill = 2, AllOf = [1] }, new() { Skill = 3, AllOf = [2] }, new() { Skill = 4, AllOf = [3] }],
                }
            },
        };

    [Theory]
    [MemberData(nameof(Planted))]
    public void Skills_that_follow_a_theory_are_forecast_within_the_interval(
        string kind,
        string curves,
        SkillTheory theory,
        OptimizerOptions optimizer,
        TaskOptions task
    )
    {
        var trials = Enumerable.Range(1, 3).Select(r => Trial(theory, optimizer, task, r, steps: 12_000)).ToList();
        foreach (var (trial, truth) in trials.Zip(trials.Select(t => Truth(t))))
        {
            var forecasts = Forecast.Run(trials, new(truth.Order().ElementAt(1) + 20)).Where(f => f.Replicate == trial.Replicate).ToList();
            Assert.Equal(truth.Length, forecasts.Count);
            Assert.Equal(2, forecasts.Count(f => f.Mastered));
            foreach (var forecast in forecasts)
            {
                var time = truth[forecast.Skill - 1];
                Assert.True(forecast.Low <= time && time <= forecast.High, $"{curves}: {forecast}, but {time}");
                Assert.InRange(forecast.Time / time, 0.75, 1.33);
            }

            var weights = forecasts.First(f => !f.Mastered).Weights;
            Assert.Equal(1, weights.Values.Sum(), 1e-9);
            Assert.Contains(kind, weights.MaxBy(w => w.Value).Key, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Samples)]
    [InlineData(Width)]
    public void Sizes_take_the_place_of_steps(string key)
    {
        SkillTheory theory = key == Samples ? new MultilinearDataLimit { Dc = 20 } : new MultilinearParameterLimit { Nc = 30 };
        var bound = theory.Bind(new TheorySetting(Skills, LossKind.Mse));
        TrialResult[] trials =
        [
            .. Enumerable
                .Range(1, 40)
                .Select(i => 10 * i)
                .Select(size => new TrialResult(
                    new Place("sizes", [KeyValuePair.Create<string, object>(key, size)], 1),
                    Settings(Adam, Skills, 500),
                    Curve([0, 500], (m, k) => m == 0 ? 0.7 : bound.Strength([size])[0, k], Skills)
                )),
        ];
        var forecasts = Forecast.Run(trials, new(120) { Over = key });
        Assert.InRange(forecasts.Count(f => f.Mastered), 2, 4);
        foreach (var forecast in forecasts)
        {
            double exact = Enumerable.Range(10, 20_000).First(x => bound.Strength([x])[0, forecast.Skill - 1] > 0.5);
            Assert.True(forecast.Low <= exact + 5 && exact - 5 <= forecast.High, $"{forecast}, but {exact}");
            Assert.InRange(forecast.Time / exact, 0.75, 1.33);
        }
    }

    [Fact]
    public void Nothing_after_the_step_is_looked_at()
    {
        var trials = Enumerable.Range(1, 3).Select(r => Trial(new DominoModel { LearningTime = 300 }, Adam, Skills, r, 3000)).ToList();
        var options = new ForecastOptions(600);
        var before = Forecast.Run(trials, options);
        Assert.Contains(before, f => !f.Mastered && f.Time > 1000);
        foreach (var trial in trials)
        {
            var (steps, curve) = (trial.Trajectory.Steps, trial.Trajectory);
            for (var m = 0; m < steps.Length; m++)
            {
                for (var k = 0; k < Skills.Count && steps[m] > options.At; k++)
                    (curve.Strength[m, k], curve.Loss[m, k], curve.Accuracy[m, k]) = (double.NaN, 7, -1);
            }
        }

        Assert.Equal(Plain(before), Plain(Forecast.Run(trials, options)));

        static IEnumerable<(Place, int, bool, double, double, double, string)> Plain(IEnumerable<SkillForecast> forecasts) =>
            forecasts.Select(f => (f.Place, f.Skill, f.Mastered, f.Time, f.Low, f.High, string.Join(' ', f.Weights)));
    }

    [Fact]
    public void A_skill_that_is_rising_is_forecast_by_its_own_curve()
    {
        // The second skill repeats the first one's curve, a third slower; no theory knows that, for both are equally frequent.
        var task = new AbstractSkillsOptions { Count = 2 };
        int[] steps = [.. Enumerable.Range(0, 100).Select(i => 10 * i)];
        var trial = new TrialResult(
            new Place("case", [], 1),
            Settings(Adam, task, 1000),
            Curve(steps, (m, k) => 1 / (1 + Math.Exp(6 - (steps[m] / (k == 0 ? 50.0 : 66.0)))), task)
        );
        var forecast = Forecast.Run([trial], new(320))[1];
        Assert.InRange(forecast.Time, 375, 415); // 6 × 66 = 396
        Assert.InRange(396, forecast.Low, forecast.High);
    }

    [Fact]
    public void A_network_that_has_mastered_nothing_has_no_forecast()
    {
        var slow = Trial(new DominoModel { LearningTime = 3000 }, Adam, Skills, 1, 3000);
        var fast = Trial(new DominoModel { LearningTime = 300 }, Adam, Skills, 2, 3000);
        var forecasts = Forecast.Run([slow, fast], new(600));
        Assert.All(forecasts.Where(f => f.Replicate == 1), f => Assert.True(double.IsNaN(f.Time) && !f.Mastered));
        Assert.All(forecasts.Where(f => f.Replicate == 2), f => Assert.True(f.Time > 0));
        var summary = Forecast.Summarise(forecasts);
        Assert.Equal((1, true), (summary[0].Networks, summary[0].Mastered));
        Assert.Equal((1, 1, false), (summary[1].Skill, summary[1].Networks, summary[1].Mastered));
        Assert.Equal(forecasts.Single(f => f.Replicate == 2 && f.Skill == 6).Time, summary[^1].Time);
        Assert.Equal(2, summary[^1].Networks);
    }

    [Theory]
    [InlineData(0, "Got 0 for `--at`; expected a step above 0 and up to 3000, the last that was measured.")]
    [InlineData(3001, "Got 3001 for `--at`; expected a step above 0 and up to 3000, the last that was measured.")]
    [InlineData(100, "Got 100 for `--at`; expected a step at which some skill is mastered")]
    [InlineData(2900, "Got 2900 for `--at`; expected a step before 16", null)]
    [InlineData(600, "Got model.width for `--over`; expected training.datasetSize or model.width, where the run sweeps it", Width)]
    [InlineData(600, "Got 1 for `--threshold`; expected a strength above 0 and below 1.", null, 1)]
    public void What_cannot_be_forecast_is_a_sentence(double at, string sentence, string? over = null, double threshold = 0.5)
    {
        var trial = Trial(new DominoModel { LearningTime = 300 }, Adam, Skills, 1, 3000);
        var error = Assert.Throws<InvalidOptionException>(() => Forecast.Run([trial], new(at) { Over = over, Threshold = threshold }));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    private static double[] Truth(TrialResult trial) => LearningCurves.From([trial], null).Single().Times(0.5);

    private static TrialResult Trial(SkillTheory theory, OptimizerOptions optimizer, TaskOptions task, int replicate, int steps)
    {
        var settings = Settings(optimizer, task, steps);
        var bound = theory.Bind(
            new TheorySetting(task, LossKind.Mse)
            {
                Model = settings.Model,
                Optimizer = optimizer,
                Steps = steps,
            }
        );
        int[] at = [.. Enumerable.Range(0, (steps / 20) + 1).Select(i => 20 * i)];
        var strength = bound.Strength([.. at.Select(step => (double)step)]);
        var noise = new double[strength.Length];
        new RandomStream((ulong)replicate, RandomPurpose.Noise, 0).FillNormal(noise);
        return new(
            new Place("case", [], replicate),
            settings,
            Curve(at, (m, k) => strength[m, k] + (0.01 * noise[(m * bound.Skills) + k]), task)
        );
    }

    private static Trial Settings(OptimizerOptions optimizer, TaskOptions task, int steps) =>
        new(task, new GeometryOptions { Dimensions = 10 }, optimizer, new TrainingOptions { Steps = steps }, new MeasureOptions(), 0);

    private static Trajectory Curve(int[] steps, Func<int, int, double> strength, TaskOptions task)
    {
        double[] frequencies = [.. task.GetSkills().Select(s => s.Frequency)];
        var (values, nothing) = (new double[steps.Length, frequencies.Length], new double[steps.Length, frequencies.Length]);
        for (var m = 0; m < steps.Length; m++)
        {
            for (var k = 0; k < frequencies.Length; k++)
                values[m, k] = strength(m, k);
        }

        return new Trajectory(steps, frequencies, nothing, values, (double[,])nothing.Clone());
    }
}

using System.Text.Json.Nodes;
using NJsonSchema;
using SkillTorch.Benchmarks;
using SkillTorch.Experiments;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Benchmarks;

public class BenchmarkCasesTests
{
    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.FromJsonAsync(ExperimentSchema.WriteText()).Result);

    public static TheoryData<string> Names => [.. BenchmarkLibrary.All().Select(benchmark => benchmark.Name)];

    public static TheoryData<string> NamesOnCpu =>
        [.. BenchmarkLibrary.All().Where(benchmark => !benchmark.NeedsCuda).Select(benchmark => benchmark.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_case_is_an_experiment_of_its_name(string name)
    {
        var benchmark = BenchmarkLibrary.Find(name);
        Assert.Equal(name, ExperimentFile.Load(benchmark.File).Experiment.Tag);
        Assert.Empty(Schema.Value.Validate(ExperimentFile.Read(benchmark.File).ToJsonString()));
    }

    [Theory]
    [MemberData(nameof(NamesOnCpu))]
    public void Every_stack_makes_steps(string name)
    {
        var benchmark = BenchmarkLibrary.Find(name);
        foreach (var trials in Stacks(benchmark))
        {
            var (time, steps) = StackTimer.Measure([.. trials.Take(3)], benchmark.Timed, 1, TimeSpan.Zero, CPU);
            Assert.True(steps >= 3);
            Assert.True(time.Minimum > 0 && time.Median >= time.Minimum);
        }
    }

    [Fact]
    public void A_failed_trial_is_not_measured()
    {
        var trial = Stacks(BenchmarkLibrary.Find("modularity")).First()[0];
        trial = trial with { Optimizer = trial.Optimizer! with { LearningRate = 1e300 } };
        Assert.Throws<NotMeasuredException>(() => StackTimer.Measure([trial], Timed.Step, 1, TimeSpan.FromSeconds(60), CPU));
    }

    [Fact]
    public void Cases_for_a_GPU_are_not_measured_on_the_CPU()
    {
        var benchmark = BenchmarkLibrary.Find("gpu-transformer");
        var rows = new Comparison([], 1, TimeSpan.Zero, CPU).Run(benchmark, ExperimentFile.Load(benchmark.File), _ => { });
        Assert.All(rows, row => Assert.Equal("no CUDA device", row.Ours.NotMeasured));
    }

    [SkippableFact]
    public void PyTorch_knows_every_case()
    {
        using var pytorch = Competitor.Start("pytorch", 1, CPU);
        Skip.If(pytorch.Problem is not null, pytorch.Problem);
        foreach (var benchmark in BenchmarkLibrary.ListDefault().Where(benchmark => !benchmark.NeedsCuda))
        {
            foreach (var trials in Stacks(benchmark))
            {
                var time = pytorch
                    .Rivals[0]
                    .Measure(
                        new JsonObject
                        {
                            ["trial"] = TrialHash.ToJson(trials[0]),
                            ["timed"] = benchmark.Timed == Timed.Update ? "update" : "step",
                            ["seconds"] = 0,
                            ["window"] = 1,
                            ["device"] = "cpu",
                        }
                    );
                Assert.True(time.Median >= time.Minimum);
            }
        }
    }

    [Fact]
    public void Times_are_medians_of_segments_and_the_least_of_all() =>
        Assert.Equal(new StepTime(4, 1), StepTime.From([new(3, 2), new(9, 1), new(4, 3)]));

    internal static IEnumerable<Trial[]> Stacks(BenchmarkCase benchmark) =>
        ExperimentFile
            .Load(benchmark.File)
            .Trials.GroupBy(trial => trial.StackKey)
            .Select(stack => stack.Select(trial => trial.Trial).ToArray());
}

using SkillTorch.Analysis;
using SkillTorch.Fitting;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Tests.Theories;

/// <summary>What the Resource theory takes from a Geometry trial, and theories of single replicates.</summary>
public class ResourceBindingTests
{
    private static readonly AbstractSkillsOptions Task = new() { Count = 4, FrequencyExponent = 2 };
    private static readonly GeometryOptions Unit = new() { Dimensions = 3, TaskVectors = TaskVectorKind.Unit };

    [Theory]
    [InlineData(LossKind.Mse, 2 * 0.01 * 20)]
    [InlineData(LossKind.CrossEntropy, 4 * 0.01 * 20)]
    public void The_rate_is_that_of_the_geometry_models_settings(LossKind loss, double expected) =>
        Assert.Equal(expected, Bind(new ResourceModel(), Trial(Unit with { Dimensions = 400 }, loss)).EffectiveLearningRate!.Value, 1e-15);

    [Fact]
    public void A_given_rate_stands() =>
        Assert.Equal(0.3, Bind(new ResourceModel { EffectiveLearningRate = 0.3 }, Trial(Unit)).EffectiveLearningRate);

    [Fact]
    public void Correlations_are_those_of_the_trials_own_task_vectors()
    {
        var options = new ResourceModel { Correlated = true };
        var (one, other) = (Bind(options, Trial(Unit)), Bind(options, Trial(Unit) with { Seed = 2 }));
        Assert.Equal(NumericalChecks.Rows(Unit.Correlations(4, 1)), one.Correlations);
        Assert.NotEqual(one.Correlations, other.Correlations);
        Assert.Null(Bind(new ResourceModel(), Trial(Unit)).Correlations);
    }

    [Fact]
    public void Correlations_need_task_vectors() =>
        Assert.Throws<InvalidOptionException>(() => new ResourceModel { Correlated = true }.Bind(Trial(new DominoModel())));

    [Fact]
    public void Correlations_are_given_or_taken_but_not_both() =>
        Assert.Contains(
            "expected one of them",
            Assert
                .Throws<InvalidOptionException>(() =>
                    new ResourceModel { Correlated = true, Correlations = NumericalChecks.Rows(Unit.Correlations(4, 1)) }.Bind(Trial(Unit))
                )
                .Message
        );

    [Fact]
    public void A_theory_of_each_draw_is_fitted_to_each_replicate()
    {
        TrialResult[] trials = [.. Enumerable.Range(1, 3).Select(replicate => Measured(replicate))];
        var options = new ResourceModel
        {
            Correlated = true,
            Clamp = false,
            Fit = ["n0"],
        };

        var (fits, curves) = FitRunner.Run([options], trials);

        Assert.Equal([1, 2, 3], fits.Select(f => f.Replicate));
        Assert.Equal([1, 2, 3], curves.Select(c => c.Replicate));
        Assert.All(fits, f => Assert.True(f.R2 > 0.999, $"R² = {f.R2}"));
        Assert.All(fits, f => Assert.Equal(0.02, f.Parameters.Single(p => p.Name == "n0").Value, 1e-4));
        var values = AnalysisRunner.Evaluate([new FitQualityOptions { Name = "R²", Theory = "resource" }], new RunData(trials, fits));
        Assert.Equal([1, 2, 3], values.Select(v => v.Replicate));
        // One fit over all of them would have a single theory for three draws.
        Assert.Single(FitRunner.Run([options with { Correlated = false }], trials).Fits);
    }

    private static TrialResult Measured(int replicate)
    {
        var trial = Trial(Unit) with { Seed = (ulong)replicate };
        int[] steps = [.. Enumerable.Range(0, 60).Select(i => 5 * i)];
        var theory = Bind(
            new ResourceModel
            {
                Correlated = true,
                Clamp = false,
                N0 = 0.02,
            },
            trial
        );
        var strength = theory.Strength([.. steps.Select(s => (double)s)]);
        return new TrialResult(
            new Place("default", [], replicate),
            trial,
            new Trajectory(steps, [.. theory.Frequencies], strength, strength, strength)
        );
    }

    private static ResourceModel Bind(ResourceModel options, Trial trial) => (ResourceModel)options.Bind(trial);

    private static Trial Trial(ModelOptions model, LossKind loss = LossKind.Mse) =>
        new(Task, model, new SignGdOptions { LearningRate = 0.01 }, new TrainingOptions { Loss = loss }, new MeasureOptions(), 1);
}

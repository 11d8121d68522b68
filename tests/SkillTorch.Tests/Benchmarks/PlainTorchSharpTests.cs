using System.Text.Json.Nodes;
using SkillTorch.Benchmarks;
using SkillTorch.Benchmarks.Plain;
using SkillTorch.Experiments;
using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Benchmarks;

/// <summary>The plain TorchSharp program does the same work: from equal parameters and samples, the same loss, gradient and
/// update.</summary>
public class PlainTorchSharpTests
{
    public static TheoryData<string> Names =>
        [
            .. BenchmarkLibrary
                .ListDefault()
                .Where(benchmark => benchmark is { NeedsCuda: false, Timed: Timed.Step })
                .Select(benchmark => benchmark.Name),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_step_is_the_same(string name)
    {
        foreach (var trials in BenchmarkCasesTests.Stacks(BenchmarkLibrary.Find(name)))
        {
            using var scope = NewDisposeScope();
            if (trials[0].Model is GeometryOptions)
                CompareGeometry(trials[0]);
            else
                CompareNetwork(trials[0]);
        }
    }

    [Fact]
    public void What_has_no_twin_is_refused_in_a_sentence()
    {
        var trial = TrialHash.ToJson(BenchmarkCasesTests.Stacks(BenchmarkLibrary.Find("wide-mlp")).First()[0]);
        trial["optimizer"] = new JsonObject { ["kind"] = "muon", ["learningRate"] = 0.1 };
        var refused = Assert.Throws<NotSupportedException>(() => PlainTrial.Create(trial, updateOnly: false, CPU));
        Assert.Equal("the plain program has no twin of optimizer muon", refused.Message);
    }

    private static void CompareNetwork(Trial trial)
    {
        var training = trial.Training;
        var dtype = training.Precision == Precision.Float64 ? float64 : float32;
        var plan = new DataPlan(training.SamplesAStep(), training.DatasetSize, trial.Measure.Samples, training.Loss);
        using var task = ((DataTaskOptions)trial.Task).Create([(DataTaskOptions)trial.Task], [trial.Seed], plan);
        using var network = ((NetworkOptions)trial.Model).Create([(NetworkOptions)trial.Model], [trial.Seed], task, dtype, CPU);
        using var source = GradientSources.Choose(network, task, training, 1);
        using var plain = new PlainNetwork(TrialHash.ToJson(trial), CPU);
        var batch = task.TrainingBatch(1);
        var (outputs, gradient) = (new double[batch.Size * batch.Outputs], zeros_like(network.Parameters));
        source.ComputeGradient(batch, gradient, outputs);
        if (network.Mask is { } mask)
            gradient.mul_(mask);
        foreach (var (entry, parameter) in network.Layout.Entries.Zip(plain.Parameters, (entry, parameter) => (entry, parameter)))
        {
            Assert.Equal(entry.Shape.Select(size => (long)size), parameter.shape);
            using var noGrad = no_grad();
            parameter.copy_(entry.View(network.Parameters)[0]);
        }

        Assert.Equal(network.Layout.Entries.Count, plain.Parameters.Count);
        using var optimizer = trial.Optimizer!.Create([trial.Optimizer], network.Parameters, network.Layout, [trial.Seed]);
        using (no_grad())
            optimizer.Step(network.Parameters, gradient);
        var loss = plain.Step(SamplesOf(batch, training.Loss, dtype)).to(float64).item<double>();

        Close(LossOf(batch, training, outputs), loss, dtype);
        foreach (var (entry, parameter) in network.Layout.Entries.Zip(plain.Parameters))
            SameStep(entry.View(gradient)[0], parameter.grad!, entry.View(network.Parameters)[0], parameter, trial);
    }

    private static void CompareGeometry(Trial trial)
    {
        var (model, skills) = ((GeometryOptions)trial.Model, trial.Task.GetSkills());
        using var objective = model.Create(
            new ObjectiveSetup([model], [trial.Task], [trial.Seed], trial.Training.Loss, trial.Training.BatchSize, float32, CPU)
        );
        using var plain = new PlainGeometry(TrialHash.ToJson(trial), CPU);
        var vectors = TaskVectors.Draw(model.TaskVectors, skills.Count, model.Dimensions, trial.Seed);
        plain.TaskVectors.copy_(
            tensor(Enumerable.Range(0, skills.Count).SelectMany(k => vectors.Row(k).ToArray()).ToArray(), [skills.Count, model.Dimensions])
        );
        var batch = trial.Training.BatchSize!.Value;
        var (shown, weights) = (new int[skills.Count], new double[skills.Count]);
        var count = new SkillBatches(
            [
                [.. skills.Select(skill => skill.Frequency)],
            ],
            [trial.Seed],
            batch
        ).Draw(0, 1, shown, weights);
        long[] drawn =
        [
            .. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((long)shown[i], (int)Math.Round(weights[i] * batch))),
        ];
        Assert.Equal(batch, drawn.Length);

        var gradient = zeros_like(objective.Parameters);
        objective.ComputeGradient(1, gradient);
        using var optimizer = trial.Optimizer!.Create([trial.Optimizer], objective.Parameters, objective.Layout, [trial.Seed]);
        using (no_grad())
            optimizer.Step(objective.Parameters, gradient);
        plain.Step(tensor(drawn));
        SameStep(gradient[0], plain.Position.grad!, objective.Parameters[0], plain.Position, trial);
    }

    /// <summary>Equal but for rounding, and for steps η·sign(g) where g is no more than rounding.</summary>
    private static void SameStep(Tensor gradient, Tensor plainGradient, Tensor parameters, Tensor plainParameters, Trial trial)
    {
        using var noGrad = no_grad();
        var scale = gradient.abs().max().to(float64).item<double>();
        var precision = gradient.dtype == float64 ? 1e-9 : 1e-4;
        Assert.InRange((gradient - plainGradient).abs().max().to(float64).item<double>(), 0, precision * scale);
        var certain = gradient.abs().gt(1e-2 * scale);
        var differences = (parameters - plainParameters).abs().masked_select(certain);
        if (differences.numel() > 0)
            Assert.InRange(differences.max().to(float64).item<double>(), 0, Math.Max(1, scale) * trial.Optimizer!.LearningRate * 1e-2);
    }

    private static Samples SamplesOf(Batch batch, LossKind loss, ScalarType dtype)
    {
        var inputs = batch.InputTensor(dtype, CPU)[0];
        if (batch.LabelTensor(CPU) is not { } labels || loss != LossKind.CrossEntropy)
            return new Samples(inputs, batch.TargetTensor(dtype, CPU)[0], batch.WeightTensor(dtype, CPU)?[0]);
        return new Samples(inputs.view(batch.Size, 2, -1).argmax(2), labels[0].to(int64)); // one-hot tokens, two a sample
    }

    private static double LossOf(Batch batch, TrainingOptions training, double[] outputs)
    {
        var f = tensor(outputs, [batch.Size, batch.Outputs]);
        if (batch.LabelTensor(CPU) is { } labels && training.Loss == LossKind.CrossEntropy)
            return nn.functional.cross_entropy(f, labels[0].to(int64)).item<double>();
        var entries = (f - batch.TargetTensor(float64, CPU)[0]).pow(2) * (batch.WeightTensor(float64, CPU)?[0] ?? ones(1, dtype: float64));
        return (training.LossShaping is null ? entries.mean() : entries.pow(2).mean() / entries.mean()).item<double>();
    }

    private static void Close(double expected, double actual, ScalarType dtype) =>
        Assert.InRange(actual / expected - 1, dtype == float64 ? -1e-9 : -1e-4, dtype == float64 ? 1e-9 : 1e-4);
}

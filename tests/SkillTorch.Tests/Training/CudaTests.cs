using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Tests.Optimizers;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>What is trained on the GPU is what is trained on the CPU. Skipped where there is no CUDA device.</summary>
[Collection(nameof(LiveTensorTests))] // some refuse that anything waits for the GPU
public class CudaTests
{
    internal static readonly Dictionary<string, Trial> ToyModels = new()
    {
        ["geometry"] = Geometry(new GeometryOptions { Dimensions = 20, AlignedDimensions = true }),
        ["geometry, noise"] = Geometry(new GeometryOptions { Dimensions = 20, GradientNoise = 0.1 }),
        ["geometry, cross-entropy"] = Geometry(
            new GeometryOptions { Dimensions = 20 },
            new()
            {
                Steps = 30,
                BatchSize = 32,
                Loss = LossKind.CrossEntropy,
            }
        ),
        ["geometry, shaped"] = Geometry(
            new GeometryOptions { Dimensions = 20 },
            new()
            {
                Steps = 30,
                BatchSize = 32,
                LossShaping = new PowerShapingOptions(),
            }
        ),
        ["quadratic"] = Geometry(new QuadraticOptions { Coefficients = [1, 0.1, 0.01] }),
    };

    public static TheoryData<string> Networks => TinyTrials.Rows;

    public static TheoryData<string> Toys => [.. ToyModels.Keys];

    public static TheoryData<string> OptimizerRows => [.. OptimizerTable.Rows.Keys];

    [SkippableTheory]
    [MemberData(nameof(Networks))]
    public void Networks_learn_alike(string row) => Agree(TinyTrials.Create(row, 1), TinyTrials.Create(row, 2));

    [SkippableTheory]
    [MemberData(nameof(Toys))]
    public void Toy_models_learn_alike(string row) => Agree(ToyModels[row], ToyModels[row] with { Seed = 2 });

    [SkippableTheory]
    [MemberData(nameof(OptimizerRows))]
    public void Optimizers_move_alike(string row) => Agree(TinyTrials.Create("multitask") with { Optimizer = OptimizerTable.Rows[row] });

    [SkippableTheory]
    [InlineData(Precision.Float32, 1e-4)]
    [InlineData(Precision.Tf32, 1e-2)]
    [InlineData(Precision.Bfloat16, 0.1)]
    public void Shorter_numbers_stay_near(Precision precision, double tolerance)
    {
        var trial = TinyTrials.Create("large transformer");
        var exact = Train(CPU, [trial with { Training = trial.Training with { Precision = Precision.Float64 } }])[0];
        var rounded = TrainOnCuda([trial with { Training = trial.Training with { Precision = precision } }])[0];
        Close(exact.Loss, rounded.Loss, tolerance);
        if (precision != Precision.Float32) // the option is at work
            Assert.NotEqual(rounded.Loss.Cast<double>(), TrainOnCuda([trial])[0].Loss.Cast<double>());
    }

    [SkippableFact]
    public void A_trial_stopped_on_the_gpu_goes_on_on_the_cpu()
    {
        Trial[] trials = [Exact(TinyTrials.Create("multitask", 1)), Exact(TinyTrials.Create("multitask", 2))];
        using var cancellation = new CancellationTokenSource();
        var record = new Record
        {
            AtStep = step =>
            {
                if (step == 20)
                    cancellation.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() =>
            Trainer.Train(trials, new TrainerOptions(Cuda()), record, cancellation: cancellation.Token)
        );
        var resumed = TinyTrials.Train(trials, [.. record.Checkpoints.Select(c => c.Checkpoint)]).Finished;
        var through = Train(CPU, trials);
        for (var r = 0; r < trials.Length; r++)
            Close(through[r].Loss, resumed[r].Loss, 1e-8);
    }

    /// <summary>Neither updates nor measurements wait for the GPU; only what is fetched at the end does.</summary>
    [SkippableTheory]
    [MemberData(nameof(Networks))]
    public void Training_does_not_wait_for_the_gpu(string row) => TrainUnawaited([TinyTrials.Create(row, 1), TinyTrials.Create(row, 2)]);

    [SkippableTheory]
    [MemberData(nameof(Toys))]
    public void Toy_models_do_not_wait_for_the_gpu(string row) => TrainUnawaited([ToyModels[row], ToyModels[row] with { Seed = 2 }]);

    [SkippableFact]
    public void A_waiting_step_would_be_seen()
    {
        Cuda();
        using var number = ones(1, device: CUDA);
        CudaSynchronisation.Refuse();
        try
        {
            Assert.ThrowsAny<Exception>(() => number.item<float>());
        }
        finally
        {
            CudaSynchronisation.Allow();
        }
    }

    [SkippableTheory]
    [InlineData("multitask")]
    [InlineData("minibatches")]
    [InlineData("whole dataset")]
    [InlineData("schedule, clipping and noise")]
    public void Resumed_training_equals_uninterrupted_training_bit_for_bit(string row)
    {
        Trial[] trials = [TinyTrials.Create(row, 1), TinyTrials.Create(row, 2)];
        var through = TrainOnCuda(trials);
        using var cancellation = new CancellationTokenSource();
        var stopped = new Record
        {
            AtStep = step =>
            {
                if (step == 17)
                    cancellation.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() =>
            Trainer.Train(trials, new TrainerOptions(CUDA), stopped, cancellation: cancellation.Token)
        );
        var resumed = new Record();
        Trainer.Train(trials, new TrainerOptions(CUDA), resumed, [.. stopped.Checkpoints.Select(c => c.Checkpoint)]);
        for (var r = 0; r < trials.Length; r++)
            Assert.Equal(TinyTrials.Numbers(through[r]), TinyTrials.Numbers(resumed.Finished[r]));
    }

    /// <summary>Trains with waiting refused from the second step, when all is made, to the last.</summary>
    private static void TrainUnawaited(Trial[] trials)
    {
        var device = Cuda();
        var steps = trials[0].Training.Steps;
        var record = new Record
        {
            AtStep = step =>
            {
                if (step == 2)
                    CudaSynchronisation.Refuse();
                else if (step == steps)
                    CudaSynchronisation.Allow();
            },
        };
        try
        {
            Trainer.Train(trials, new TrainerOptions(device), record);
        }
        finally
        {
            CudaSynchronisation.Allow();
        }

        Assert.Equal(trials.Length, record.Finished.Count);
    }

    private static void Agree(params Trial[] trials)
    {
        trials = Array.ConvertAll(trials, Exact);
        var gpu = TrainOnCuda(trials); // first: it skips where there is none
        var host = Train(CPU, trials);
        for (var r = 0; r < trials.Length; r++)
        {
            Assert.Equal(host[r].Steps, gpu[r].Steps);
            Close(host[r].Loss, gpu[r].Loss, 1e-8);
            Close(host[r].Strength, gpu[r].Strength, 1e-8);
        }
    }

    private static void Close(double[,] expected, double[,] actual, double tolerance) =>
        Assert.All(
            expected.Cast<double>().Zip(actual.Cast<double>()),
            pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First)))
        );

    private static Trajectory[] TrainOnCuda(IReadOnlyList<Trial> trials) => Train(Cuda(), trials);

    private static Trajectory[] Train(Device device, IReadOnlyList<Trial> trials)
    {
        var record = new Record();
        Trainer.Train(trials, new TrainerOptions(device), record);
        Assert.Empty(record.Failed);
        return [.. record.Finished.OrderBy(f => f.Key).Select(f => f.Value)];
    }

    private static Device Cuda()
    {
        Skip.IfNot(cuda.is_available(), "No CUDA device.");
        return CUDA;
    }

    private static Trial Exact(Trial trial) => trial with { Training = trial.Training with { Precision = Precision.Float64 } };

    private static Trial Geometry(ObjectiveOptions model, TrainingOptions? training = null) =>
        new(
            new AbstractSkillsOptions { Count = 3, FrequencyExponent = 1 },
            model,
            new AdamOptions { LearningRate = 0.02 },
            training ?? new() { Steps = 30, BatchSize = 32 },
            new() { Every = 3 },
            1
        );
}

using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>Trials that train in milliseconds, one for each way through the trainer.</summary>
internal static class TinyTrials
{
    private static readonly SparseParityOptions Parity = new()
    {
        InputBits = 6,
        Parities = [new ParitySkill { Bits = [1, 2] }, new ParitySkill { Bits = [3, 4], Fraction = 0.5 }],
    };

    private static readonly MultitaskSparseParityOptions Multitask = new()
    {
        Skills = 2,
        SkillBits = 6,
        ParityBits = 2,
        TargetScale = 1,
    };

    private static readonly TwoLayerMlpOptions Tanh = new() { Width = 1, Activation = Activation.Tanh }; // beyond the fused kernel

    private static readonly TrainingOptions Online = new() { Steps = 40, BatchSize = 33 };

    private static readonly ModularAdditionOptions Addition = new() { Modulus = 7 };

    private static readonly EmbeddingMlpOptions Embedded = new()
    {
        Embedding = 6,
        Widths = [9],
        Activation = Activation.Silu,
    };

    public static readonly Dictionary<string, Trial> Table = new()
    {
        ["whole dataset"] = Trial(
            Parity,
            new AdamOptions { LearningRate = 0.01 },
            new()
            {
                Steps = 40,
                DatasetSize = 64,
                Precision = Precision.Float64,
            }
        ),
        ["large dataset"] = Trial(
            Parity with
            {
                InputBits = 32,
            },
            new AdamOptions(),
            new()
            {
                Steps = 4,
                DatasetSize = 2_000,
                Precision = Precision.Float64,
            },
            width: 50
        ),
        ["large dataset, one output"] = Trial(
            Parity with
            {
                Parities = [Parity.Parities[0]],
            },
            new SgdOptions { LearningRate = 0.1 },
            new() { Steps = 4, DatasetSize = 70_000 },
            width: 1
        ) with
        {
            Model = Tanh,
        },
        ["large dataset, autograd"] = Trial(
            Parity with
            {
                InputBits = 32,
            },
            new AdamOptions(),
            new()
            {
                Steps = 4,
                DatasetSize = 700,
                Precision = Precision.Float64,
            }
        ) with
        {
            Model = Tanh with { Width = 50 },
        },
        ["minibatches"] = Trial(
            Parity,
            new SgdOptions
            {
                LearningRate = 0.1,
                Momentum = 0.9,
                Nesterov = true,
            },
            new()
            {
                Steps = 40,
                DatasetSize = 64,
                BatchSize = 16,
            }
        ),
        ["online, cross-entropy"] = Trial(Parity, new SignGdOptions(), Online with { Loss = LossKind.CrossEntropy }),
        ["shaped"] = Trial(Parity, new AdamOptions(), Online with { LossShaping = new PowerShapingOptions() }),
        ["shaped, autograd"] = Trial(Multitask, new AdamOptions(), Online with { LossShaping = new PerSkillShapingOptions() }) with
        {
            Model = Tanh with { Width = 7 },
        },
        ["schedule, clipping and noise"] = Trial(
            Multitask,
            new AdamOptions
            {
                LearningRateSchedule = new CosineScheduleOptions { Warmup = 5 },
                GradientClipNorm = 0.5,
                GradientClipValue = 0.2,
                GradientNoise = new GradientNoiseOptions { StandardDeviation = 0.1, Decay = 0.55 },
            },
            Online
        ),
        ["multitask"] = Trial(Multitask, new SgdOptions { LearningRate = 0.1 }, Online),
        ["multitask, wide"] = Trial(
            Multitask,
            new SgdOptions { LearningRate = 0.1 },
            Online with
            {
                BatchSize = 2000,
                Steps = 4,
            },
            width: 200
        ),
        ["multitask, dataset"] = Trial(Multitask, new AdamWOptions(), Online with { DatasetSize = 100, Precision = Precision.Float64 }),
        ["two hidden layers"] = Trial(Multitask, new AdamOptions(), Online) with
        {
            Model = new MlpOptions { Widths = [7, 5], Activation = Activation.Tanh },
        },
        ["classes"] = Trial(
            Addition,
            new AdamWOptions(),
            new()
            {
                Steps = 40,
                Loss = LossKind.CrossEntropy,
                Precision = Precision.Float64,
            }
        ) with
        {
            Model = Embedded,
        },
        ["classes, minibatches, squared error"] = Trial(
            Addition,
            new SgdOptions { LearningRate = 0.1 },
            new() { Steps = 40, BatchSize = 9 }
        ) with
        {
            Model = Embedded,
        },
        ["large classes"] = Trial(
            Addition with
            {
                Modulus = 40,
            },
            new AdamWOptions(),
            new() { Steps = 4, Loss = LossKind.CrossEntropy }
        ) with
        {
            Model = Embedded with { Embedding = 32, Widths = [50, 40] },
        },
        ["squares"] = Trial(
            new SquaresOptions(),
            new AdamOptions(),
            new()
            {
                Steps = 10,
                DatasetSize = 100,
                LossShaping = new PowerShapingOptions(),
            }
        ) with
        {
            Model = new MlpOptions { Widths = [10, 12], Activation = Activation.Silu },
        },
        ["squares, minibatches"] = Trial(
            new SquaresOptions(),
            new AdamOptions(),
            new()
            {
                Steps = 10,
                DatasetSize = 100,
                BatchSize = 30,
                Precision = Precision.Float64,
            }
        ) with
        {
            Model = new MlpOptions { Widths = [10], Activation = Activation.Tanh },
        },
        ["squares, large"] = Trial(new SquaresOptions(), new AdamOptions(), new() { Steps = 4, BatchSize = 900 }) with
        {
            Model = new MlpOptions { Widths = [50, 60], Activation = Activation.Silu },
        },
        ["squares, modular"] = Trial(new SquaresOptions(), new AdamWOptions(), new() { Steps = 10, DatasetSize = 100 }) with
        {
            Model = new ModularMlpOptions { Widths = [10, 12], Activation = Activation.Silu },
        },
        ["multitask, modular"] = Trial(Multitask, new AdamOptions(), Online) with { Model = new ModularMlpOptions { Widths = [9] } },
        ["transformer"] = Trial(Multitask, new AdamOptions(), Online with { Steps = 10 }) with
        {
            Model = new DecoderTransformerOptions
            {
                Embedding = 8,
                Heads = 2,
                Blocks = 2,
            },
        },
        ["large transformer"] = Trial(Multitask, new AdamOptions(), Online with { Steps = 4, BatchSize = 300 }) with
        {
            Model = new DecoderTransformerOptions { Embedding = 32 },
        },
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    public static Trial Create(string row, ulong seed = 1) => Table[row] with { Seed = seed };

    /// <summary>Trains trials as one stack.</summary>
    public static Record Train(IReadOnlyList<Trial> trials, IReadOnlyList<TrialCheckpoint>? resume = null)
    {
        var record = new Record();
        Trainer.Train(trials, new TrainerOptions(CPU), record, resume);
        return record;
    }

    /// <summary>All numbers of a trajectory, to compare bit for bit.</summary>
    public static double[] Numbers(Trajectory trajectory) =>
        [
            .. trajectory.Steps,
            .. trajectory.Frequencies,
            .. trajectory.Loss.Cast<double>(),
            .. trajectory.Strength.Cast<double>(),
            .. trajectory.Accuracy.Cast<double>(),
            .. trajectory.Extra.Values.SelectMany(values => values.Cast<double>()),
        ];

    private static Trial Trial(TaskOptions task, OptimizerOptions optimizer, TrainingOptions training, int width = 8) =>
        new(task, new TwoLayerMlpOptions { Width = width }, optimizer, training, new MeasureOptions { Every = 3, Samples = 50 }, 1);
}

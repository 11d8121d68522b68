using SkillTorch.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Optimizers;

/// <summary>An elementwise optimizer is one rule over vectors on the CPU and over tensors elsewhere: both are the same, bit for bit.</summary>
public class ElementwiseOptimizerTests
{
    private const int Steps = 5;

    public static TheoryData<string, OptimizerOptions> Optimizers => new()
    {
        { "sgd", new SgdOptions { LearningRate = 0.1 } },
        { "decay", new SgdOptions { LearningRate = 0.1, WeightDecay = 0.01 } },
        { "momentum", new SgdOptions { LearningRate = 0.1, Momentum = 0.9 } },
        { "nesterov", new SgdOptions { LearningRate = 0.1, Momentum = 0.9, Nesterov = true } },
        { "signgd", new SignGdOptions { LearningRate = 0.1, Epsilon = 0.01 } },
        { "adam", new AdamOptions { LearningRate = 0.1, WeightDecay = 0.01 } },
        { "adamw", new AdamWOptions { LearningRate = 0.1 } },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Vectors_and_tensors_give_the_same_bits(string name, OptimizerOptions options)
    {
        // Rows that end within a register, with it, and after it; a part of several registers; more than one thread's worth.
        foreach (var (trials, parameters) in ((int, int)[])[(1, 1), (3, 7), (5, 16), (4, 33), (3, 129), (7, 40_001)])
        {
            foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
            {
                using var scope = NewDisposeScope();
                OptimizerOptions[] each = [.. Enumerable.Range(1, trials).Select(i => options with { LearningRate = options.LearningRate / i })];
                Tensor onVectors = Waves(trials, parameters, 0, dtype), onTensors = onVectors.clone();
                using var first = options.Create(each, onVectors);
                using var second = options.Create(each, onTensors);
                for (var step = 1; step <= Steps; step++)
                {
                    first.Step(onVectors, Waves(trials, parameters, step, dtype));
                    second.StepCount = step;
                    UpdateTensors(second, onTensors, Waves(trials, parameters, step, dtype));
                }

                Assert.True(Same(onVectors, onTensors), $"{name} differs for [{trials}, {parameters}] in {dtype}.");
                Assert.False(Same(onVectors, Waves(trials, parameters, 0, dtype)));
                foreach (var (key, state) in first.State)
                    Assert.True(Same(state, second.State[key]), $"{name}'s {key} differs for [{trials}, {parameters}] in {dtype}.");
            }
        }
    }

    /// <summary>Hyperparameters are each trial's own, and a trial moves as it would alone.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_trial_moves_the_same_alone_and_in_a_stack(string name, OptimizerOptions options)
    {
        using var scope = NewDisposeScope();
        OptimizerOptions[] each = [.. Enumerable.Range(1, 6).Select(i => options with { LearningRate = options.LearningRate / i })];
        var stacked = Waves(6, 37, 0, ScalarType.Float32);
        using var whole = options.Create(each, stacked);
        for (var step = 1; step <= Steps; step++)
            whole.Step(stacked, Waves(6, 37, step, ScalarType.Float32));
        for (var r = 0; r < 6; r++)
        {
            var alone = Waves(6, 37, 0, ScalarType.Float32).narrow(0, r, 1).contiguous();
            using var single = options.Create([each[r]], alone);
            for (var step = 1; step <= Steps; step++)
                single.Step(alone, Waves(6, 37, step, ScalarType.Float32).narrow(0, r, 1).contiguous());
            Assert.True(Same(alone, stacked.narrow(0, r, 1)), $"{name}, trial {r}");
        }
    }

    private static void UpdateTensors(Optimizer optimizer, Tensor parameters, Tensor gradient)
    {
        switch (optimizer)
        {
            case Sgd sgd: sgd.UpdateTensors(parameters, gradient); break;
            case SignGd sign: sign.UpdateTensors(parameters, gradient); break;
            case Adam adam: adam.UpdateTensors(parameters, gradient); break;
            default: throw new ArgumentException($"Got {optimizer.GetType().Name}; expected an elementwise optimizer.");
        }
    }

    private static Tensor Waves(int trials, int parameters, int step, ScalarType dtype) =>
        tensor([.. Enumerable.Range(0, trials * parameters).Select(i => Math.Sin(i + 1.7 * step))], [trials, parameters], dtype: dtype);

    private static bool Same(Tensor a, Tensor b) => a.eq(b).all().item<bool>();
}

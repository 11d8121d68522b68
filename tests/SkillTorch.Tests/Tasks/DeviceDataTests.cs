using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Tests.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Tasks;

/// <summary>Samples that a device draws are the host's, bit for bit, and say the same of each skill.</summary>
public class DeviceDataTests
{
    private static readonly ulong[] Seeds = [3, 1ul << 63, 12345678901234567];

    private static readonly Dictionary<string, (DataTaskOptions Task, DataPlan Plan)> Rows = new()
    {
        ["sparse parity"] = (Parity(6), new(33, null, 50)),
        ["sparse parity, fractions"] = (Parity(40, 0.3), new(33, null, 50)),
        ["sparse parity, two whole words, cross-entropy"] = (Parity(64, 0.5), new(20, null, 50, LossKind.CrossEntropy)),
        ["sparse parity, dataset"] = (Parity(32, 0.5), new(null, 100, 50)),
        ["sparse parity, minibatches"] = (Parity(33), new(32, 100, 50)),
        ["sparse parity, small epochs"] = (Parity(7), new(70, 100, 50)),
        ["multitask"] = (Multitask(6), new(33, null, 20)),
        ["multitask, 40 bits"] = (Multitask(40), new(33, null, 20)),
        ["multitask, 70 bits, overlap"] = (Multitask(70) with { Overlap = true, Skills = 9 }, new(400, null, 20)),
        ["multitask, dataset"] = (Multitask(32), new(null, 90, 20)),
        ["multitask, minibatches"] = (Multitask(32), new(40, 90, 20)),
        ["modular addition"] = (new ModularAdditionOptions { Modulus = 7 }, new(null, null, 1, LossKind.CrossEntropy)),
        ["modular addition, minibatches"] = (new ModularAdditionOptions { Modulus = 7 }, new(9, null, 1)),
        ["squares"] = (new SquaresOptions(), new(200, null, 30)),
        ["squares, dataset"] = (new SquaresOptions(), new(null, 150, 30)),
        ["squares, minibatches"] = (new SquaresOptions(), new(30, 150, 30)),
    };

    public static IEnumerable<object[]> Cases =>
        from row in Rows.Keys
        from device in (DeviceType[])[DeviceType.CPU, DeviceType.CUDA]
        select new object[] { row, device };

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Training_batches_are_the_hosts(string row, DeviceType device)
    {
        using var scope = NewDisposeScope();
        var (host, drawn) = Both(row, device);
        using (host)
        using (drawn)
        {
            foreach (var step in (int[])[1, 2, 5, 300, 301, 2, 1000])
                Same(host.TrainingBatch(step), drawn.TrainingBatch(step));
        }
    }

    /// <summary>On a GPU, where the rows above draw by it, a kernel; here it is compiled for the host.</summary>
    [SkippableTheory]
    [InlineData("multitask")]
    [InlineData("multitask, 40 bits")]
    [InlineData("multitask, 70 bits, overlap")]
    public void A_kernel_draws_the_same_samples(string row)
    {
        using var scope = NewDisposeScope();
        var compiler = HostCompiler.Create();
        var (host, drawn) = Both(row, DeviceType.CPU);
        using (host)
        using (drawn)
        {
            var data = (MultitaskTensors)drawn.OnDevice!;
            foreach (var purpose in (RandomPurpose[])[RandomPurpose.Data, RandomPurpose.Evaluation])
            {
                var (expected, actual) = (data.DrawByTensors(180, purpose, 7, 3), data.DrawByKernel(compiler, 180, purpose, 7, 3));
                Assert.True(expected.Words!.eq(actual.Words!).all().item<bool>());
                Assert.True(expected.Tokens!.eq(actual.Tokens!).all().item<bool>());
                Assert.True(expected.Targets.eq(actual.Targets).all().item<bool>());
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Evaluation_batches_and_measurements_are_the_hosts(string row, DeviceType device)
    {
        using var scope = NewDisposeScope();
        var (host, drawn) = Both(row, device);
        var loss = Rows[row].Plan.Loss;
        using (host)
        using (drawn)
        {
            foreach (var step in (int[])[0, 7, 0])
            {
                var batch = host.EvaluationBatch(step);
                Same(batch, drawn.EvaluationBatch(step));
                var outputs = new double[Seeds.Length * batch.Size * batch.Outputs];
                new SkillTorch.Numerics.RandomStream(1, SkillTorch.Numerics.RandomPurpose.Noise, (ulong)step).FillNormal(outputs, 0.1, 3);
                outputs[0] = 0.5;
                var (expected, actual) = (Empty(host), Empty(drawn));
                host.Measure(batch, outputs, loss, expected);
                var tensors = tensor(outputs, [Seeds.Length, batch.Size, batch.Outputs], device: new Device(device));
                actual.Fetch(drawn.OnDevice!.Measure(drawn.EvaluationBatch(step), tensors, loss));
                Close(expected.Loss, actual.Loss);
                Close(expected.Strength, actual.Strength);
                Close(expected.Accuracy, actual.Accuracy);
                foreach (var name in host.ExtraQuantities)
                    Close(expected.Extra[name], actual.Extra[name]);
            }
        }
    }

    /// <summary>The power of a number is the device's own: it may differ from the host's in the last bit.</summary>
    [SkippableTheory]
    [InlineData(DeviceType.CPU)]
    [InlineData(DeviceType.CUDA)]
    public void Higher_powers_differ_by_a_bit_at_most(DeviceType device)
    {
        Skip.If(device == DeviceType.CUDA && !cuda.is_available(), "No CUDA device.");
        using var scope = NewDisposeScope();
        var task = new SquaresOptions
        {
            Skills = [new SquareSkill { Fraction = 0.5, Power = 3 }, new SquareSkill { Fraction = 0.5, Power = 7 }],
        };
        var plan = new DataPlan(2000, null, 10);
        using var host = task.Create([task, task, task], Seeds, plan);
        using var drawn = task.Create([task, task, task], Seeds, plan with { Device = new Device(device) });
        var (expected, actual) = (host.TrainingBatch(4), drawn.TrainingBatch(4));
        Assert.Equal(expected.Values, actual.Values);
        Alike(expected.Targets, actual.Targets, 1);
    }

    [Fact]
    public void A_block_has_the_batches_of_its_updates_one_after_another()
    {
        using var scope = NewDisposeScope();
        var (_, drawn) = Both("multitask, 40 bits", DeviceType.CPU);
        using (drawn)
        {
            var block = drawn.OnDevice!.TrainingBlock(3);
            Assert.Equal((3, 256, 3, 33), (block.First, block.Steps, block.Sets, block.Size));
            Assert.Equal([256, 3, 33, 2], block.Words!.shape);
            var batch = drawn.TrainingBatch(10);
            Assert.Equal(batch.Words, block.Words[7].reshape(-1).data<int>().Select(word => (uint)word).ToArray());
            Assert.Equal(batch.Targets, block.TargetsAs(ScalarType.Float64)[7].reshape(-1).data<double>().ToArray());
            Assert.True(block.Words.is_contiguous());
        }
    }

    private static (DataTask Host, DataTask Drawn) Both(string row, DeviceType device)
    {
        Skip.If(device == DeviceType.CUDA && !cuda.is_available(), "No CUDA device.");
        var (task, plan) = Rows[row];
        DataTaskOptions[] options = [.. Seeds.Select(_ => task)];
        return (task.Create(options, Seeds, plan), task.Create(options, Seeds, plan with { Device = new Device(device) }));
    }

    private static void Same(Batch expected, Batch actual)
    {
        Assert.True(actual.OnDevice);
        Assert.Equal((expected.Sets, expected.Size, expected.Inputs), (actual.Sets, actual.Size, actual.Inputs));
        Assert.Equal(expected.Words, actual.Words);
        Assert.Equal(expected.Tokens, actual.Tokens);
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Labels, actual.Labels);
        Alike(expected.Targets, actual.Targets, expected.Values is null ? 0 : 1); // a power is the device's own
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(expected.Bytes, actual.Bytes);
        var device = (actual.WordTensor(CPU) ?? actual.TargetTensor(ScalarType.Float64, CPU)).device;
        foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
        {
            Assert.Equal(Numbers(expected.InputTensor(dtype, CPU)), Numbers(actual.InputTensor(dtype, device)));
            Assert.Equal(Numbers(expected.InputPart(dtype, CPU, 1, 3)), Numbers(actual.InputPart(dtype, device, 1, 3)));
            Assert.Equal(
                actual.Targets.Select(y => dtype == ScalarType.Float32 ? (float)y : y),
                Numbers(actual.TargetTensor(dtype, device))
            );
            if (expected.WeightTensor(dtype, CPU) is { } weights)
                Assert.Equal(Numbers(weights), Numbers(actual.WeightTensor(dtype, device)!));
        }
    }

    /// <summary>Equal but for some units in the last place.</summary>
    private static void Alike(double[] expected, double[] actual, long units) =>
        Assert.All(
            expected.Zip(actual),
            pair =>
                Assert.InRange(Math.Abs(BitConverter.DoubleToInt64Bits(pair.First) - BitConverter.DoubleToInt64Bits(pair.Second)), 0, units)
        );

    private static double[] Numbers(Tensor tensor) => tensor.to(ScalarType.Float64, CPU).contiguous().data<double>().ToArray();

    private static SkillMeasurement Empty(DataTask task) => new(Seeds.Length, task.Frequencies.GetLength(1), task.ExtraQuantities);

    private static void Close(double[,] expected, double[,] actual) =>
        Assert.All(
            expected.Cast<double>().Zip(actual.Cast<double>()),
            pair => Assert.Equal(pair.First, pair.Second, double.IsNaN(pair.First) ? 0 : 1e-12 * Math.Max(1, Math.Abs(pair.First)))
        );

    private static SparseParityOptions Parity(int bits, double fraction = 1) =>
        new()
        {
            InputBits = bits,
            Parities = [new ParitySkill { Bits = [1, bits] }, new ParitySkill { Bits = [2, 3, 5], Fraction = fraction }],
        };

    private static MultitaskSparseParityOptions Multitask(int bits) =>
        new()
        {
            Skills = 3,
            SkillBits = bits,
            ParityBits = 2,
            TargetScale = 0.7,
        };
}

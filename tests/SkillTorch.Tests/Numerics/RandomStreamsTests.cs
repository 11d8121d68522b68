using SkillTorch.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Numerics;

/// <summary>Random numbers as tensors are the host's, bit for bit, on every device.</summary>
public class RandomStreamsTests
{
    private static readonly ulong[] Seeds = [0, 1, ulong.MaxValue, 0x9E3779B97F4A7C15, 0x80000000FFFFFFFF];

    /// <summary>Devices; a test that asks for CUDA is skipped where there is none.</summary>
    public static TheoryData<DeviceType> Devices => [DeviceType.CPU, DeviceType.CUDA];

    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Words_are_the_hosts(DeviceType device)
    {
        using var scope = NewDisposeScope();
        using var streams = new RandomStreams(Seeds, RandomPurpose.Data, Of(device));
        foreach (var step in (ulong[])[0, 1, uint.MaxValue - 1, 1ul << 40])
        {
            var drawn = streams.Words(step, 3, 101).cpu();
            foreach (var (t, r) in Places(3))
            {
                var expected = new uint[101];
                new RandomStream(Seeds[r], RandomPurpose.Data, step + (ulong)t).FillBits(expected);
                Assert.Equal(expected.Select(word => (long)word), drawn[t, r].data<long>().ToArray());
            }
        }
    }

    [SkippableFact]
    public void A_kernel_draws_the_same_words()
    {
        using var scope = NewDisposeScope();
        using var streams = new RandomStreams(Seeds, RandomPurpose.Data, CPU);
        foreach (var step in (ulong[])[0, uint.MaxValue - 1, 1ul << 40])
        {
            Assert.Equal(
                streams.Words(step, 3, 601).data<long>().ToArray(),
                streams.WordsByKernel(HostCompiler.Create(), step, 3, 601).data<long>().ToArray()
            );
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Many_words_are_drawn_in_parts(DeviceType device)
    {
        const int Count = 1001;
        using var scope = NewDisposeScope();
        using var streams = new RandomStreams(Seeds, RandomPurpose.Data, Of(device)) { MaxBlocks = 600 };
        var drawn = streams.Words(7, 1, Count);
        Assert.Equal([1, Seeds.Length, Count], drawn.shape);
        var expected = new uint[5];
        for (var r = 0; r < Seeds.Length; r++)
        {
            new RandomStream(Seeds[r], RandomPurpose.Data, 7).FillBits(expected, Count - 5);
            Assert.Equal(expected.Select(word => (long)word), drawn[0, r].narrow(0, Count - 5, 5).cpu().data<long>().ToArray());
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Uniform_and_normal_numbers_are_the_hosts(DeviceType device)
    {
        const int Count = 2001;
        using var scope = NewDisposeScope();
        using var streams = new RandomStreams(Seeds, RandomPurpose.Noise, Of(device));
        var uniform = streams.Uniform(5, 2, Count, -1, 1).cpu();
        var normal = streams.Normal(5, 2, Count).cpu();
        foreach (var (t, r) in Places(2))
        {
            var stream = new RandomStream(Seeds[r], RandomPurpose.Noise, 5 + (ulong)t);
            var expected = new double[Count];
            stream.FillUniform(expected, -1, 1);
            Assert.Equal(expected, uniform[t, r].data<double>().ToArray());
            stream.FillNormal(expected);
            Assert.Equal(expected, normal[t, r].data<double>().ToArray());
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Permutations_are_the_hosts(DeviceType device)
    {
        using var scope = NewDisposeScope();
        using var streams = new RandomStreams(Seeds, RandomPurpose.Shuffle, Of(device));
        foreach (var count in (int[])[1, 2, 3, 10, 64, 1001])
        {
            var drawn = streams.Permutations(3, 4, count).cpu();
            foreach (var (t, r) in Places(4))
            {
                var expected = new RandomStream(Seeds[r], RandomPurpose.Shuffle, 3 + (ulong)t).Sequence().Permutation(count);
                Assert.Equal(expected.Select(i => (long)i), drawn[t, r].data<long>().ToArray());
            }
        }
    }

    /// <summary>Of 300 000 items about five words are rejected, and more are to spare than that.</summary>
    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Permutations_of_many_items_reject_the_words_that_the_host_rejects(DeviceType device)
    {
        const int Count = 300_000;
        using var scope = NewDisposeScope();
        using var streams = new RandomStreams([5], RandomPurpose.Shuffle, Of(device));
        var expected = new RandomStream(5, RandomPurpose.Shuffle).Sequence().Permutation(Count);
        Assert.Equal(expected.Select(i => (long)i), streams.Permutations(0, 1, Count).cpu().data<long>().ToArray());
    }

    [SkippableTheory]
    [MemberData(nameof(Devices))]
    public void Noise_of_a_device_is_the_hosts(DeviceType device)
    {
        using var scope = NewDisposeScope();
        foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
        {
            using var noise = new DeviceNoise(Seeds, 33, (r, step) => 0.1 * (r + 1) / step, zeros(1, dtype: dtype, device: Of(device)));
            foreach (var step in (int[])[1, 2, 100, 65, 2])
            {
                var drawn = noise.At(step).to(ScalarType.Float64, CPU);
                for (var r = 0; r < Seeds.Length; r++)
                {
                    var expected = new double[33];
                    new RandomStream(Seeds[r], RandomPurpose.Noise, (ulong)step).FillNormal(expected, 0, 0.1 * (r + 1) / step);
                    if (dtype == ScalarType.Float32)
                        expected = Array.ConvertAll(expected, x => (double)(float)x);
                    Assert.Equal(expected, drawn[r].data<double>().ToArray());
                }
            }
        }
    }

    private static IEnumerable<(int Step, int Seed)> Places(int steps) =>
        from t in Enumerable.Range(0, steps)
        from r in Enumerable.Range(0, Seeds.Length)
        select (t, r);

    private static Device Of(DeviceType device)
    {
        Skip.If(device == DeviceType.CUDA && !cuda.is_available(), "No CUDA device.");
        return new Device(device);
    }
}

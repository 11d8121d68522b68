using FsCheck.Xunit;
using SkillTorch.Numerics;

namespace SkillTorch.Tests.Numerics;

public class RandomStreamTests
{
    private const int Count = 200_000;

    [Property(MaxTest = 50)]
    public void Pieces_in_any_order_equal_the_whole(ulong seed, ulong step, ushort start, byte[] pieces)
    {
        var stream = new RandomStream(seed, RandomPurpose.Noise, step);
        var total = pieces.Sum(p => p * 3);
        InPieces<uint>(total, pieces, (span, at) => stream.FillBits(span, start + at));
        InPieces<ulong>(total, pieces, (span, at) => stream.FillBits(span, start + at));
        InPieces<double>(total, pieces, (span, at) => stream.FillUniform(span, -1, 2, start + at));
        InPieces<float>(total, pieces, (span, at) => stream.FillUniform(span, -1, 2, start + at));
        InPieces<double>(total, pieces, (span, at) => stream.FillNormal(span, 1, 2, start + at));
        InPieces<float>(total, pieces, (span, at) => stream.FillNormal(span, 1, 2, start + at));
        InPieces<int>(total, pieces, (span, at) => new AliasTable([1, 2, 3]).Fill(stream, span, start + at));
    }

    private delegate void Fill<T>(Span<T> span, long at);

    private static void InPieces<T>(int total, byte[] pieces, Fill<T> fill)
    {
        T[] whole = new T[total],
            parts = new T[total];
        fill(whole, 0);
        var end = total;
        foreach (var piece in pieces.Reverse())
        {
            end -= piece * 3;
            fill(parts.AsSpan(end, piece * 3), end);
        }

        Assert.Equal(whole, parts);
    }

    [Fact]
    public void Seed_purpose_and_step_each_change_the_stream()
    {
        RandomStream[] streams =
        [
            new(1, RandomPurpose.Data, 1),
            new(2, RandomPurpose.Data, 1),
            new(1, RandomPurpose.Mask, 1),
            new(1, RandomPurpose.Data, 2),
            new(1, RandomPurpose.Data, 1 + (1ul << 32)),
            new(RandomStream.DeriveSeed(1, 0), RandomPurpose.Data, 1),
            new(RandomStream.DeriveSeed(1, 1), RandomPurpose.Data, 1),
        ];
        var seen = new HashSet<ulong>();
        foreach (var stream in streams)
        {
            var words = new ulong[100];
            stream.FillBits(words);
            Assert.All(words, word => Assert.True(seen.Add(word)));
        }
    }

    [Fact]
    public void Uniform_numbers_have_the_moments_of_the_uniform_distribution()
    {
        var x = new double[Count];
        new RandomStream(3, RandomPurpose.Data).FillUniform(x);
        Assert.All(x, v => Assert.InRange(v, 0, 1 - 1e-16));
        AssertMoment(x, v => v, 0.5, 1 / 12.0);
        AssertMoment(x, v => v * v, 1 / 3.0, 4 / 45.0);
        var y = new float[Count];
        new RandomStream(3, RandomPurpose.Data).FillUniform(y);
        Assert.All(y.Zip(x), pair => Assert.Equal(pair.Second, pair.First, 1e-7));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_and_the_tail_of_the_normal_distribution()
    {
        var x = new double[Count];
        new RandomStream(4, RandomPurpose.Noise).FillNormal(x);
        AssertMoment(x, v => v, 0, 1);
        AssertMoment(x, v => v * v, 1, 2);
        AssertMoment(x, v => v * v * v, 0, 15);
        AssertMoment(x, v => v * v * v * v, 3, 96);
        AssertMoment(x, v => Math.Abs(v) > 3 ? 1 : 0, 2.6997960632601866e-3, 2.69e-3);
        AssertMoment(x.Chunk(2).ToArray(), pair => pair[0] * pair[1], 0, 1);
        var y = new float[Count];
        new RandomStream(4, RandomPurpose.Noise).FillNormal(y, 1, 2);
        Assert.All(y.Zip(x), pair => Assert.Equal((float)(1 + 2 * pair.Second), pair.First));
    }

    [Fact]
    public void Box_muller_functions_agree_with_the_runtime()
    {
        var u = new double[4096];
        new RandomStream(5, RandomPurpose.Noise).FillUniform(u);
        u[0] = Math.Pow(2, -53);
        u[1] = 0.125;
        u[2] = 0.875;
        u[3] = 1 - Math.Pow(2, -53);
        for (var i = 0; i < u.Length; i += 8)
        {
            var x = System.Runtime.Intrinsics.Vector512.Create<double>(u.AsSpan(i));
            var log = BoxMuller.Log(new VectorDoubles(x)).Values;
            var turned = BoxMuller.SinCosTurns(new VectorDoubles(x));
            var (sine, cosine) = (turned.Sine.Values, turned.Cosine.Values);
            for (var j = 0; j < 8; j++)
            {
                Assert.Equal(Math.Log(x[j]), log[j], 1e-14 * Math.Abs(Math.Log(x[j])) + 1e-300);
                Assert.Equal(Math.Sin(2 * Math.PI * x[j]), sine[j], 2e-15);
                Assert.Equal(Math.Cos(2 * Math.PI * x[j]), cosine[j], 2e-15);
            }
        }
    }

    private static void AssertMoment<T>(T[] sample, Func<T, double> moment, double mean, double variance) =>
        Assert.Equal(mean, sample.Average(moment), 4.5 * Math.Sqrt(variance / sample.Length));
}

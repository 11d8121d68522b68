using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Tasks;

public class BatchTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 32)]
    [InlineData(0, 33)]
    [InlineData(5, 32)]
    [InlineData(40, 70)]
    public void Controls_and_packed_bits_unpack_to_the_same_numbers(int controls, int bits)
    {
        const int sets = 2,
            size = 3;
        var inputs = controls + bits;
        var words = Enumerable.Range(0, sets * size * ((bits + 31) / 32)).Select(i => 0x9E3779B9u * (uint)(i + 1)).ToArray();
        int[]? hot = controls == 0 ? null : [.. Enumerable.Range(0, sets * size).Select(i => 7 * i % controls)];
        using var batch = Batch.FromBits(sets, size, bits, 1, words, new double[sets * size], controlInputs: controls, controls: hot);
        using var x = batch.InputTensor(ScalarType.Float64, CPU).clone();
        Assert.Equal([sets, size, inputs], x.shape);
        var expected = Enumerable
            .Range(0, sets)
            .SelectMany(s => Enumerable.Range(0, size).SelectMany(i => Bits.From(batch, s, i)))
            .Select(bit => (double)bit);
        Assert.Equal(expected, x.data<double>().ToArray());
    }

    [Fact]
    public void Selected_samples_keep_bits_targets_and_weights_together()
    {
        using var batch = Numbered();
        using var picked = batch.Select([new[] { 3, 0, 2 }, new[] { 1, 1, 3 }]);
        Assert.Equal([3, 0, 2, 11, 11, 13], picked.Values!.Where((_, i) => i % 2 == 0));
        Assert.Equal([-3, 0, -2, -11, -11, -13], picked.Targets);
        Assert.Equal([6, 0, 4, 22, 22, 26], picked.Weights!);
    }

    [Fact]
    public void A_slice_is_part_of_some_sets()
    {
        using var batch = Numbered();
        using var slice = batch.Slice(1, 1, 2, 2);
        Assert.Equal((1, 2), (slice.Sets, slice.Size));
        Assert.Equal([12, 0.5, 13, 0.5], slice.Values!);
        Assert.Equal([-12, -13], slice.Targets);
        using var both = batch.Slice(0, 2, 1, 2);
        Assert.Equal((2, 2), (both.Sets, both.Size));
        Assert.Equal([-1, -2, -11, -12], both.Targets);
    }

    [Theory]
    [InlineData(5, 32)]
    [InlineData(0, 33)]
    [InlineData(3, 0)]
    public void Inputs_unpacked_on_a_device_are_those_unpacked_by_the_host(int controls, int bits)
    {
        var random = new Random(controls);
        uint[] words = [.. Enumerable.Range(0, 2 * 7 * ((bits + 31) / 32)).Select(_ => (uint)random.NextInt64(1L << 32))];
        int[]? hot = controls > 0 ? [.. Enumerable.Range(0, 2 * 7).Select(_ => random.Next(controls))] : null;
        using var batch = Batch.FromBits(2, 7, bits, 1, words, new double[2 * 7], null, controls, hot);
        using var unpacked = batch.UnpackOn(CPU, ScalarType.Float64, 0, batch.Size);
        using var inputs = batch.InputTensor(ScalarType.Float64, CPU).clone();
        Assert.Equal(inputs.shape, unpacked.shape);
        Assert.Equal(inputs.data<double>().ToArray(), unpacked.data<double>().ToArray());
    }

    [Fact]
    public void Tokens_are_one_hot_inputs_and_classes_one_hot_targets()
    {
        using var batch = TwoTokens();
        using var x = batch.InputTensor(ScalarType.Float64, CPU).clone();
        Assert.Equal([2, 2, 6], x.shape);
        Assert.Equal(
            [
                1,
                0,
                0,
                0,
                1,
                0, /**/
                0,
                0,
                1,
                0,
                0,
                1, // (0, 1), (2, 2)
                0,
                1,
                0,
                1,
                0,
                0, /**/
                0,
                0,
                1,
                0,
                1,
                0, // (1, 0), (2, 1)
            ],
            x.data<double>().ToArray()
        );
        Assert.Equal([0, 1, 1, 0, 0, 1, 0, 1], batch.Targets);
    }

    [Fact]
    public void Selected_samples_and_slices_keep_tokens_and_classes_together()
    {
        using var batch = TwoTokens();
        using var picked = batch.Select([new[] { 1, 0, 1 }, new[] { 1, 1, 0 }]);
        Assert.Equal(
            [
                2,
                2,
                0,
                1,
                2,
                2, /**/
                2,
                1,
                2,
                1,
                1,
                0,
            ],
            picked.Tokens!
        );
        Assert.Equal(
            [
                0,
                1,
                0, /**/
                1,
                1,
                1,
            ],
            picked.Labels!
        );
        using var slice = batch.Slice(1, 1, 1, 1);
        Assert.Equal([2, 1], slice.Tokens!);
        Assert.Equal([1], slice.Labels!);
        Assert.Equal([0, 1], slice.Targets);
    }

    [Fact]
    public void A_wrong_length_is_named()
    {
        var error = Assert.Throws<ArgumentException>(() => Batch.FromBits(1, 4, 33, 1, new uint[4], new double[4]));
        Assert.Contains("Got 4 elements for `words`; expected 8.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Two sets of two samples, each of two tokens with three values and of one of two classes.</summary>
    private static Batch TwoTokens() => Batch.FromTokens(2, 2, 2, 3, 2, [0, 1, 2, 2, 1, 0, 2, 1], [1, 0, 1, 1]);

    /// <summary>Two sets of four samples; sample i of set s is numbered 10 s + i in values (beside ½), targets (negative) and weights
    /// (double).</summary>
    private static Batch Numbered()
    {
        double[] numbers = [0, 1, 2, 3, 10, 11, 12, 13];
        return Batch.FromNumbers(
            2,
            4,
            2,
            1,
            [.. numbers.SelectMany(v => (double[])[v, 0.5])],
            [.. numbers.Select(v => -v)],
            [.. numbers.Select(v => 2 * v)]
        );
    }
}

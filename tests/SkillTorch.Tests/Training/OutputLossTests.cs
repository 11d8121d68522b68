using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>The loss by itself, without any network: what every gradient source is handed.</summary>
public class OutputLossTests
{
    private const int Replicates = 2,
        Size = 21,
        Outputs = 3,
        Each = Size * Outputs;

    private static readonly LossShapingOptions?[] Shapings =
    [
        null,
        new PowerShapingOptions { Gamma = 2 },
        new FocalShapingOptions(),
        new PerSkillShapingOptions(),
    ];

    public static IEnumerable<object[]> Cases =>
        from kind in Enum.GetValues<LossKind>()
        from shaping in Enumerable.Range(0, Shapings.Length)
        from weighted in new[] { false, true }
        from shared in new[] { false, true }
        select new object[] { kind, shaping, weighted, shared };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Slopes_are_those_of_the_entries_that_autograd_sees(LossKind kind, int shaping, bool weighted, bool shared)
    {
        using var scope = NewDisposeScope();
        using var batch = MakeBatch(shared ? 1 : Replicates, weighted);
        var loss = new OutputLoss(kind, Shapings[shaping], Replicates);
        var outputs = Waves(Replicates * Each);
        var leaf = tensor(outputs, [Replicates, Size, Outputs]).requires_grad_(true);
        var entries = loss.Entries(leaf, loss.TensorsOf(batch, leaf), whole => whole);
        if (loss.IsShaped)
            entries *= tensor(loss.Factors(batch, outputs), entries.shape);
        entries.sum().div(Each).backward();
        var expected = leaf.grad!.data<double>().ToArray();
        var actual = Slopes<double>(loss, batch, outputs);
        AssertClose(expected, actual, 1e-14);
        AssertClose(expected, Slopes<float>(loss, batch, outputs), 3e-6);
        Assert.Equal(actual, InRows(loss, batch, outputs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Slopes_are_the_difference_quotient_of_the_loss(bool weighted)
    {
        using var batch = MakeBatch(1, weighted);
        foreach (var kind in Enum.GetValues<LossKind>())
        {
            var outputs = Waves(Each);
            var slopes = Slopes<double>(new OutputLoss(kind, null, 1), batch, outputs);
            for (var i = 0; i < Each; i++)
            {
                const double h = 1e-5;
                var quotient = (kind.Value(outputs[i] + h, batch.Targets[i]) - kind.Value(outputs[i] - h, batch.Targets[i])) / (2 * h);
                Assert.Equal(quotient * (batch.Weights?[i] ?? 1) / Each, slopes[i], 1e-10);
            }
        }
    }

    [Theory]
    [InlineData(40.0, 1.0)]
    [InlineData(-40.0, 0.0)]
    [InlineData(700.0, 1.0)]
    public void The_slope_of_a_sure_answer_keeps_its_digits(double logit, double label)
    {
        using var batch = Batch.FromNumbers(1, 1, 1, 1, [0], [label]);
        var slope = Slopes<double>(new OutputLoss(LossKind.CrossEntropy, null, 1), batch, [logit])[0];
        Assert.Equal(-Math.Sign(logit), slope / Math.Exp(-Math.Abs(logit)), 1e-15); // e/(1 + e) is e as far as a double goes
    }

    [Fact]
    public unsafe void Of_classes_it_is_the_softmax_in_rows_of_whole_vectors()
    {
        using var batch = Batch.FromTokens(1, 7, 1, 7, 11, [0, 1, 2, 3, 4, 5, 6], [3, 0, 10, 5, 5, 1, 8]);
        var loss = new OutputLoss(LossKind.CrossEntropy, null, 1);
        Assert.Equal(1, loss.EntriesOf(batch));
        double[] outputs = Waves(77),
            rows = new double[7 * 16];
        for (var i = 0; i < 77; i++)
            rows[i / 11 * 16 + i % 11] = outputs[i];
        fixed (double* y = rows)
            loss.FillSlopes(batch, 0, 0, 7, y, y, 16, []);
        for (var i = 0; i < 7 * 16; i++)
        {
            var own = outputs.AsSpan(i / 16 * 11, 11).ToArray();
            var expected = i % 16 < 11 ? Math.Exp(own[i % 16]) / own.Sum(Math.Exp) - (batch.Labels![i / 16] == i % 16 ? 1 : 0) : 0;
            Assert.Equal(expected / 7, rows[i], 1e-15);
        }

        Assert.Throws<ArgumentException>(() => loss.FillSlopes<double>(batch, 0, outputs, outputs));
    }

    private static double[] Slopes<T>(OutputLoss loss, Batch batch, double[] outputs)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        loss.Prepare(batch);
        T[] f = [.. outputs.Select(T.CreateTruncating)],
            slopes = new T[f.Length];
        var each = batch.Size * batch.Outputs;
        for (var r = 0; r < f.Length / each; r++)
            loss.FillSlopes(batch, r, f.AsSpan(r * each, each), slopes.AsSpan(r * each, each));
        for (var r = 0; r < f.Length / each; r++)
            loss.FillSlopes(batch, r, f.AsSpan(r * each, each), f.AsSpan(r * each, each));
        Assert.Equal(slopes, f);
        return [.. slopes.Select(double.CreateTruncating)];
    }

    /// <summary>The same by some samples at a time, in rows that are longer than they need be.</summary>
    private static unsafe double[] InRows(OutputLoss loss, Batch batch, double[] outputs)
    {
        const int Stride = 5;
        var factors = loss.IsShaped ? loss.Factors(batch, outputs) : [];
        var slopes = new double[outputs.Length];
        for (var r = 0; r < Replicates; r++)
        {
            for (var first = 0; first < Size; first += 4)
            {
                var rows = Math.Min(4, Size - first);
                var padded = new double[rows * Stride];
                for (var i = 0; i < rows * Outputs; i++)
                    padded[i / Outputs * Stride + i % Outputs] = outputs[r * Each + first * Outputs + i];
                fixed (double* y = padded)
                    loss.FillSlopes(batch, r, first, rows, y, y, Stride, loss.IsShaped ? factors.AsSpan(r * Each, Each) : default);
                for (var i = 0; i < rows * Outputs; i++)
                    slopes[r * Each + first * Outputs + i] = padded[i / Outputs * Stride + i % Outputs];
            }
        }

        return slopes;
    }

    private static Batch MakeBatch(int sets, bool weighted) =>
        Batch.FromNumbers(
            sets,
            Size,
            1,
            Outputs,
            new double[sets * Size],
            [.. Waves(sets * Each).Select(v => v > 0 ? 1.0 : 0)],
            weighted ? [.. Waves(sets * Each).Select(v => v > -0.3 ? 1 + v : 0)] : null
        );

    private static double[] Waves(int count) => [.. Enumerable.Range(0, count).Select(i => 2 * Math.Sin(i * i + 0.5))];

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        var scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
    }
}

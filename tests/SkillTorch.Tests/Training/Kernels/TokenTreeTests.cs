using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Tests.Training.Kernels;

public class TokenTreeTests
{
    [Theory]
    [InlineData(0, 3, 40)]
    [InlineData(3, 9, 300)]
    [InlineData(2, 70, 25)] // more than the key that samples are sorted by
    public void Samples_share_the_rows_of_what_they_begin_alike(int controls, int bits, int size)
    {
        using var batch = Batch(controls, bits, size);
        var order = TokenTree.SortSamples(batch, 0);
        Assert.Equal(Enumerable.Range(0, size), order.Order());
        var tree = new TokenTree(batch, 0, order);
        var inputs = controls + bits;
        var tokens = Enumerable.Range(0, size).Select(s => Tokens(batch, order[s])).ToArray();
        if (inputs <= 64)
            Assert.Equal(Enumerable.Range(1, inputs).Sum(i => tokens.Select(t => t[..i]).Distinct().Count()), tree.Rows);
        var beginning = new string?[tree.Rows];
        for (var s = 0; s < size; s++)
        {
            Assert.Equal(tokens[s], string.Concat(tree.BitsOf(s).ToArray()));
            for (var i = 0; i < inputs; i++)
            {
                var row = tree.RowsOfSample(s)[i];
                Assert.Equal(i, tree.Position[row]);
                Assert.Equal(2 * i + tokens[s][i] - '0', tree.TokenOf(row));
                Assert.Equal(tokens[s][..(i + 1)], beginning[row] ??= tokens[s][..(i + 1)]);
                Assert.True(i == 0 || tree.RowsOfSample(s)[i - 1] < row); // what it sees comes before
            }
        }

        Assert.All(beginning, Assert.NotNull);
    }

    [Fact]
    public void Tiles_chunks_and_positions_hold_each_row_once()
    {
        using var batch = Batch(3, 9, 300);
        var tree = new TokenTree(batch, 0, TokenTree.SortSamples(batch, 0));
        Assert.True(tree.Chunks > 2);
        var (row, tile) = (0, 0);
        for (var chunk = 0; chunk < tree.Chunks; chunk++)
        {
            Assert.Equal((tile, row), (tree.TilesOf(chunk).First, tree.RowsOf(chunk).First));
            for (; tile < tree.TilesOf(chunk).End; tile++)
            {
                var own = tree.Tiles[tile];
                Assert.Equal(row, own.First);
                Assert.InRange(own.Count, 1, TokenTree.TileRows);
                for (var i = 0; i < own.Count; i++, row++)
                    Assert.Equal((own.Sample, own.Seen - own.Count + i), (tree.Sample[row], tree.Position[row]));
            }

            Assert.Equal(row, tree.RowsOf(chunk).First + tree.RowsOf(chunk).Count);
        }

        Assert.Equal(tree.Rows, row);
        Assert.Equal(Enumerable.Range(0, tree.Rows), tree.ByPosition.Order());
        for (var i = 0; i < tree.Inputs; i++)
            Assert.All(tree.ByPosition[tree.FirstOfPosition[i]..tree.FirstOfPosition[i + 1]], r => Assert.Equal(i, tree.Position[r]));
    }

    private static Batch Batch(int controls, int bits, int size)
    {
        var words = (bits + 31) / 32;
        return SkillTorch.Tasks.Batch.FromBits(
            1,
            size,
            bits,
            1,
            [.. Enumerable.Range(0, size * words).Select(i => (uint)(i / words % 150 * 2654435761L >> (3 + i % words)))],
            new double[size],
            null,
            controls,
            controls == 0 ? null : [.. Enumerable.Range(0, size).Select(i => i * i % controls)]
        );
    }

    private static string Tokens(Batch batch, int sample)
    {
        var control = string.Concat(Enumerable.Range(0, batch.TokenInputs).Select(i => batch.Tokens![sample] == i ? '1' : '0'));
        return control
            + string.Concat(
                Enumerable
                    .Range(0, batch.Inputs - batch.TokenInputs)
                    .Select(i => (batch.Words![sample * batch.WordsPerSample + i / 32] >> (i % 32) & 1) == 1 ? '1' : '0')
            );
    }
}

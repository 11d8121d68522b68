using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The first block's attention. A row of it is a mixture A·T: T has a row for each value (as 0, as 1), position and head, what the
/// token's value writes through that head, and one for each token itself; A has the attention of each head to each token that is
/// seen, and 1 for the row's own token. All rows of T are centred, which LayerNorm would do.
/// </summary>
internal sealed unsafe partial class TransformerPasses<T>
{
    private const int TokensAtOnce = 8;
    private const int DepthAtOnce = 96; // of products with both halves of a panel, for the first-level cache
    private readonly AlignedBuffer<T> embeddingRows, // [2 + I, E] the embedding's weight by input
        positions, // [I, E] what a position adds
        tokenBefore, // [2I, E] before the embedding's activation function
        tokenValues, // [2I, E] after it
        tokenHat, // [2I, E] normalised for attention
        tokenInverse, // [2I] what was scaled by
        tokenQkv, // [2I, 3E]
        table, // [2I, 2, I·H] logits of each token to each
        mixture, // T [2·I·H + 2I, E]
        mixtureTurned, // [E, 2·I·H + 2I]
        mixturePanels, // T in panels
        hiddenPanels, // T·Wᵀ [2·I·H + 2I, 4E] in panels
        halves, // T's attention rows as columns, [panels of I·H, E, 2, width]
        hiddenHalves, // T·Wᵀ's
        dMixturePanels, // gradients of these, in panels
        dHiddenPanels,
        dMixture, // [2·I·H + 2I, E]
        dTable, // [2I, 2, I·H]
        dTokens, // [2I, E]
        dTokenQkv, // [2I, 3E]
        tokenPanels, // [2I, 3E] in panels
        tokenTurned; // [E, 2I]
    private readonly AlignedBuffer<T> masks = new(), // [tiles, I·H] all bits where a tile's token is 1
        weights = new(); // A, [tiles, I·H + 4, 4]
    private readonly AlignedBuffer<int> indices = new(); // [tiles, I·H + 4] rows of T
    private readonly (int First, int Width)[] mixedPanels;
    private readonly int mixtureRows; // of T

    private int TileColumns => mixed + TokenTree.TileRows;

    private int MixtureItems => (mixtureRows + RowsAtOnce - 1) / RowsAtOnce;

    private int TokenItems => (2 * inputs + TokensAtOnce - 1) / TokensAtOnce;

    private void ReserveTiles(TokenTree tree)
    {
        var tiles = (long)(tree.Tiles.Count / 256 + 1) * 256;
        masks.Reserve(tiles * mixedStride);
        weights.Reserve(tiles * TileColumns * TokenTree.TileRows);
        indices.Reserve(tiles * TileColumns);
    }

    /// <summary>All that depends on tokens alone.</summary>
    private void PrepareTokens()
    {
        var (attentionIn, attentionOut, mlpIn, _) = layers[0];
        Embed();
        For(
            TokenItems,
            60.0 * inputs * width * width / 1000,
            item =>
            {
                var (first, rows) = TokensOf(item);
                for (nint t = first; t < first + rows; t++)
                {
                    var hat = tokenHat.Pointer + t * stride;
                    tokenInverse.Pointer[t] = RowOperations<T>.Normalize(tokenValues.Pointer + t * stride, inside.Pointer, width, hat);
                    CopyBias(attentionIn, tokenQkv.Pointer + t * qkvStride);
                }

                attentionIn.AddProduct(
                    tokenHat.Pointer + (nint)first * stride,
                    stride,
                    tokenQkv.Pointer + (nint)first * qkvStride,
                    qkvStride,
                    rows
                );
            }
        );
        new Span<T>(mixture.Pointer, mixtureRows * stride).Clear();
        For(
            2 * heads + 2 * inputs,
            (40.0 * width * width + 10.0 * inputs * width) * inputs / 1000,
            item =>
            {
                if (item >= 2 * heads)
                {
                    FillTable(item - 2 * heads);
                    return;
                }

                // What values write through a head's part of the output weight.
                var (head, value) = (item / 2, item % 2);
                attentionOut.AddProduct(
                    tokenQkv.Pointer + (nint)value * qkvStride + 2 * width + head * size,
                    2 * qkvStride,
                    mixture.Pointer + ((nint)value * mixed + head) * stride,
                    (nint)heads * stride,
                    inputs,
                    head * size,
                    size
                );
            }
        );
        For(
            MixtureItems,
            8.0 * mixtureRows * width * width / 100,
            item =>
            {
                var (first, rows) = MixtureOf(item);
                var work = pool.Rent((long)RowsAtOnce * hiddenStride);
                new Span<T>(work.Pointer, rows * hiddenStride).Clear();
                for (nint c = first; c < first + rows; c++)
                {
                    var row = mixture.Pointer + c * stride;
                    if (c >= 2 * mixed)
                    {
                        new Span<T>(tokenValues.Pointer + (c - 2 * mixed) * stride, stride).CopyTo(new Span<T>(row, stride));
                        AddBias(attentionOut, row);
                    }

                    RowOperations<T>.Center(row, inside.Pointer, width, row);
                }

                var own = mixture.Pointer + (nint)first * stride;
                mlpIn.AddProduct(own, stride, work.Pointer, hiddenStride, rows);
                MatrixProduct<T>.CopyToPanels(own, stride, rows, width, mixturePanels.Pointer, mixtureRows, first);
                MatrixProduct<T>.CopyToPanels(work.Pointer, hiddenStride, rows, 4 * width, hiddenPanels.Pointer, mixtureRows, first);
                Transposition.Copy(own, stride, rows, width, mixtureTurned.Pointer + first, Pitch(mixtureRows));
                FillHalves(own, stride, first, rows, width, halves.Pointer);
                FillHalves(work.Pointer, hiddenStride, first, rows, 4 * width, hiddenHalves.Pointer);
                pool.Return(work);
            }
        );
    }

    /// <summary>The embedding of every token.</summary>
    private void Embed()
    {
        var weight = parameters + shape.Embedding.Weight.Offset;
        var own = parameters + shape.Embedding.Bias.Offset;
        Transposition.Copy(weight, 2 + inputs, width, 2 + inputs, embeddingRows.Pointer, stride);
        new Span<T>(positions.Pointer, inputs * stride).Clear();
        for (var i = 0; i < inputs; i++)
        {
            var position = positions.Pointer + (nint)i * stride;
            for (var p = 0; p < inputs; p++)
            {
                if (shape.Positions is { } learned)
                    RowOperations<T>.AddScaled(parameters[learned.Offset + i * inputs + p], PositionWeight(p), position, width);
                else if (p == i)
                    new Span<T>(PositionWeight(p), width).CopyTo(new Span<T>(position, width));
            }

            for (var v = 0; v < 2; v++)
            {
                var before = tokenBefore.Pointer + (nint)(2 * i + v) * stride;
                new Span<T>(position, width).CopyTo(new Span<T>(before, width));
                RowOperations<T>.AddScaled(T.One, embeddingRows.Pointer + (nint)v * stride, before, width);
                RowOperations<T>.AddScaled(T.One, own, before, width);
            }
        }

        RowOperations<T>.Activate(activation, tokenBefore.Pointer, tokenValues.Pointer, 2 * inputs * stride);
    }

    private T* PositionWeight(int position) => embeddingRows.Pointer + (nint)(2 + position) * stride;

    /// <summary>Logits of a token to those that it may see.</summary>
    private void FillTable(int token)
    {
        var query = tokenQkv.Pointer + (nint)token * qkvStride;
        for (var key = 0; key < 2 * (token / 2 + 1); key++)
        {
            var keys = tokenQkv.Pointer + (nint)key * qkvStride + width;
            var to = table.Pointer + (nint)(2 * token + key % 2) * mixedStride + key / 2 * heads;
            for (var h = 0; h < heads; h++)
                to[h] = scale * RowOperations<T>.Dot(query + h * size, keys + h * size, size);
        }
    }

    /// <summary>Rows of T as columns, where those of a position as 0 and as 1 are halves of one row.</summary>
    private void FillHalves(T* rows, nint rowStride, int first, int count, int columns, T* to)
    {
        for (var value = 0; value < 2; value++)
        {
            foreach (var (column, panelWidth) in mixedPanels)
            {
                var (from, end) = (
                    Math.Max(first, value * mixed + column),
                    Math.Min(first + count, value * mixed + Math.Min(column + panelWidth, mixed))
                );
                if (from >= end)
                    continue;
                Transposition.Copy(
                    rows + (from - first) * rowStride,
                    rowStride,
                    end - from,
                    columns,
                    to + 2 * (nint)column * columns + value * panelWidth + (from - value * mixed - column),
                    2 * panelWidth
                );
            }
        }
    }

    /// <summary>Attention of a tile's rows.</summary>
    private void FillTile(TokenTree tree, int number)
    {
        var tile = tree.Tiles[number];
        var bits = tree.BitsOf(tile.Sample);
        var mask = MaskOf(number);
        var index = IndexOf(number);
        var a = WeightsOf(number);
        var one = Vector512<T>.AllBitsSet[0];
        for (var j = 0; j < inputs; j++)
        {
            for (var h = 0; h < heads; h++)
            {
                mask[j * heads + h] = bits[j] == 0 ? T.Zero : one;
                index[j * heads + h] = bits[j] * mixed + j * heads + h;
            }
        }

        var count = tile.Seen * heads;
        new Span<T>(a, (count + tile.Count) * TokenTree.TileRows).Clear();
        var work = pool.Rent(mixedStride + heads);
        var strip = work.Pointer;
        for (var r = 0; r < tile.Count; r++)
        {
            var token = tree.TokenOf(tile.First + r);
            var own = table.Pointer + 2 * (nint)token * mixedStride;
            var seen = tree.Position[tile.First + r] + 1;
            for (var c = 0; c < seen * heads; c += Vector512<T>.Count)
            {
                Vector512
                    .ConditionalSelect(Vector512.Load(mask + c), Vector512.Load(own + mixedStride + c), Vector512.Load(own + c))
                    .Store(strip + c);
            }

            RowOperations<T>.Softmax(strip, seen, heads, strip + mixedStride);
            for (var c = 0; c < seen * heads; c++)
                a[c * TokenTree.TileRows + r] = strip[c];
            a[(count + r) * TokenTree.TileRows + r] = T.One;
            index[count + r] = 2 * mixed + token;
        }

        pool.Return(work);
    }

    private T* MaskOf(int tile) => masks.Pointer + (nint)tile * mixedStride;

    private T* WeightsOf(int tile) => weights.Pointer + (nint)tile * TileColumns * TokenTree.TileRows;

    private int* IndexOf(int tile) => indices.Pointer + (nint)tile * TileColumns;

    /// <summary>A·T of some tiles.</summary>
    private void Mix(TokenTree tree, int firstTile, int endTile, T* panels, T* to, int toStride)
    {
        foreach (var (column, panelWidth) in MatrixProduct<T>.PanelsOf(toStride))
        {
            for (var t = firstTile; t < endTile; t++)
            {
                var tile = tree.Tiles[t];
                MatrixProduct<T>.MultiplySparse(
                    WeightsOf(t),
                    tile.Count,
                    IndexOf(t),
                    tile.Seen * heads + tile.Count,
                    panels + (nint)column * mixtureRows,
                    panelWidth,
                    to + (nint)tile.First * toStride + column,
                    toStride
                );
            }
        }
    }

    private (int First, int Count) TokensOf(int item) => (item * TokensAtOnce, Math.Min(TokensAtOnce, 2 * inputs - item * TokensAtOnce));

    private (int First, int Count) MixtureOf(int item) => (item * RowsAtOnce, Math.Min(RowsAtOnce, mixtureRows - item * RowsAtOnce));
}

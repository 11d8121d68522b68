using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>Backwards through the first block's attention, from rows that are mixtures A·T to the tokens and their parameters.</summary>
internal sealed unsafe partial class TransformerPasses<T>
{
    /// <summary>Gradients of the logits of a chunk's rows, from those of A·T and A·T·Wᵀ.</summary>
    private void ReturnTiles(TokenTree tree, int chunk, T* d, T* dHidden, T* work)
    {
        var ((first, rows), (firstTile, endTile)) = (tree.RowsOf(chunk), tree.TilesOf(chunk));
        foreach (var (column, panelWidth) in mixedPanels)
        {
            Multiply(column, panelWidth, d, stride, width, halves.Pointer, false);
            Multiply(column, panelWidth, dHidden, hiddenStride, 4 * width, hiddenHalves.Pointer, true);
        }

        for (var t = firstTile; t < endTile; t++)
        {
            var tile = tree.Tiles[t];
            var a = WeightsOf(t);
            for (var r = 0; r < tile.Count; r++)
            {
                var logits = dLogits.Pointer + (nint)(tile.First + r) * mixedStride;
                RowOperations<T>.SoftmaxGradient(a + r, TokenTree.TileRows, logits, tree.Position[tile.First + r] + 1, heads, work);
            }
        }

        void Multiply(int column, int panelWidth, T* rows, int rowStride, int depth, T* both, bool add)
        {
            for (var k = 0; k < depth; k += DepthAtOnce)
            {
                for (var t = firstTile; t < endTile; t++)
                {
                    var tile = tree.Tiles[t];
                    if (tile.Seen * heads <= column)
                        continue;
                    MatrixProduct<T>.MultiplyBlended(
                        rows + (nint)(tile.First - first) * rowStride + k,
                        rowStride,
                        tile.Count,
                        Math.Min(DepthAtOnce, depth - k),
                        both + 2 * ((nint)column * depth + (nint)k * panelWidth),
                        MaskOf(t) + column,
                        panelWidth,
                        dLogits.Pointer + (nint)tile.First * mixedStride + column,
                        mixedStride,
                        add || k > 0
                    );
                }
            }
        }
    }

    /// <summary>From the gradients of the first block's rows to those of the tokens and the parameters that they came from.</summary>
    private void FinishMixture(TokenTree tree, T* gradient, double work)
    {
        var (attentionIn, attentionOut, mlpIn, mlpOut) = layers[0];
        var u = tree.Rows;
        var hiddenPanelsOf = MatrixProduct<T>.PanelsOf(hiddenStride);
        var panelsOf = MatrixProduct<T>.PanelsOf(stride);
        Share(
            2 * work,
            new(hiddenPanelsOf.Length, i => SumMixture(tree, hiddenPanelsOf[i], wide.Pointer, dHiddenPanels.Pointer)),
            new(panelsOf.Length, i => SumMixture(tree, panelsOf[i], wide2.Pointer, dMixturePanels.Pointer)),
            new(
                mlpOut.GradientItems,
                i => mlpOut.AddWeightGradient(i, turned.Pointer, Pitch(u), saved[0].Hidden.Pointer, u, parameters, gradient, pool)
            ),
            new(inputs, i => SumReadoutGradient(tree, i)),
            new(1, _ => SumTable(tree))
        );
        AddReadoutGradient(gradient);
        Share(
            16.0 * mixtureRows * width * width / 100,
            new(
                mlpIn.GradientItems,
                i =>
                    mlpIn.AddWeightGradient(
                        i,
                        mixtureTurned.Pointer,
                        Pitch(mixtureRows),
                        dHiddenPanels.Pointer,
                        mixtureRows,
                        parameters,
                        gradient,
                        pool
                    )
            ),
            new(MixtureItems, ReturnMixture)
        );
        mlpIn.AddNormGradient(gradient);
        For(heads, 40.0 * inputs * width * width / 1000, head => ReturnTokensOfHead(head, gradient));
        ReturnTokens(gradient);
        attentionOut.AddBiasGradient(1, gradient);
        attentionIn.AddBiasGradient(TokenItems, gradient);
        Share(
            60.0 * inputs * width * width / 1000,
            new(
                attentionIn.GradientItems,
                i =>
                    attentionIn.AddWeightGradient(
                        i,
                        tokenTurned.Pointer,
                        Pitch(2 * inputs),
                        tokenPanels.Pointer,
                        2 * inputs,
                        parameters,
                        gradient,
                        pool
                    )
            ),
            new(1, _ => AddEmbeddingGradient(gradient))
        );
        attentionIn.AddNormGradient(gradient);
    }

    /// <summary>A panel of Aᵀ·d, the gradient of T or of T·Wᵀ.</summary>
    private void SumMixture(TokenTree tree, (int First, int Width) panel, T* d, T* sums)
    {
        var to = sums + (nint)panel.First * mixtureRows;
        new Span<T>(to, mixtureRows * panel.Width).Clear();
        for (var t = 0; t < tree.Tiles.Count; t++)
        {
            var tile = tree.Tiles[t];
            MatrixProduct<T>.AddSparseTransposed(
                WeightsOf(t),
                tile.Count,
                IndexOf(t),
                tile.Seen * heads + tile.Count,
                d + (nint)panel.First * tree.Rows + (nint)tile.First * panel.Width,
                panel.Width,
                to
            );
        }
    }

    /// <summary>Sums the logits' gradients by tokens.</summary>
    private void SumTable(TokenTree tree)
    {
        new Span<T>(dTable.Pointer, 4 * inputs * mixedStride).Clear();
        for (var t = 0; t < tree.Tiles.Count; t++)
        {
            var tile = tree.Tiles[t];
            var mask = MaskOf(t);
            for (var row = tile.First; row < tile.First + tile.Count; row++)
            {
                var d = dLogits.Pointer + (nint)row * mixedStride;
                var to = dTable.Pointer + 2 * (nint)tree.TokenOf(row) * mixedStride;
                var seen = (tree.Position[row] + 1) * heads;
                new Span<T>(d + seen, mixedStride - seen).Clear();
                for (var c = 0; c < seen; c += Vector512<T>.Count)
                {
                    var (own, ones) = (Vector512.Load(d + c), Vector512.Load(mask + c));
                    (Vector512.Load(to + c) + Vector512.AndNot(own, ones)).Store(to + c);
                    (Vector512.Load(to + mixedStride + c) + (own & ones)).Store(to + mixedStride + c);
                }
            }
        }
    }

    /// <summary>Some rows of T's gradient, with what comes through T·Wᵀ.</summary>
    private void ReturnMixture(int item)
    {
        var (first, rows) = MixtureOf(item);
        var own = dMixture.Pointer + (nint)first * stride;
        foreach (var (column, panelWidth) in MatrixProduct<T>.PanelsOf(stride))
        {
            var from = dMixturePanels.Pointer + (nint)column * mixtureRows + (nint)first * panelWidth;
            for (var row = 0; row < rows; row++)
                new Span<T>(from + row * panelWidth, panelWidth).CopyTo(new Span<T>(own + (nint)row * stride + column, panelWidth));
        }

        foreach (var (column, panelWidth) in MatrixProduct<T>.PanelsOf(hiddenStride))
        {
            layers[0]
                .MlpIn.AddProductTransposed(
                    dHiddenPanels.Pointer + (nint)column * mixtureRows + (nint)first * panelWidth,
                    panelWidth,
                    own,
                    stride,
                    rows,
                    column,
                    Math.Min(panelWidth, 4 * width - column)
                );
        }

        for (var row = 0; row < rows; row++)
            RowOperations<T>.Center(own + (nint)row * stride, inside.Pointer, width, own + (nint)row * stride);
    }

    /// <summary>Gradients of a head's queries, keys and values of all tokens, and of its part of the output weight.</summary>
    private void ReturnTokensOfHead(int head, T* gradient)
    {
        var padded = Simd512<T>.Padded(size);
        var (at, weight) = (head * size, shape.Blocks[0].AttentionOut.Weight.Offset);
        var rented = pool.Rent((long)Math.Max(inputs * 2, width) * padded);
        var work = rented.Pointer;
        for (var value = 0; value < 2; value++) // what values write
        {
            var d = dMixture.Pointer + ((nint)value * mixed + head) * stride;
            MatrixProduct<T>.Multiply(
                d,
                heads * stride,
                1,
                parameters + weight + at,
                width,
                work,
                padded,
                inputs,
                width,
                padded,
                add: false
            );
            CopyHead(work, inputs, dTokenQkv.Pointer + (nint)value * qkvStride + 2 * width + at, 2 * qkvStride);
        }

        for (var value = 0; value < 2; value++)
        {
            MatrixProduct<T>.Multiply(
                dMixture.Pointer + ((nint)value * mixed + head) * stride,
                1,
                heads * stride,
                tokenQkv.Pointer + (nint)value * qkvStride + 2 * width + at,
                2 * qkvStride,
                work,
                padded,
                width,
                inputs,
                padded,
                add: value > 0
            );
        }

        for (var e = 0; e < width; e++)
            RowOperations<T>.AddScaled(T.One, work + (nint)e * padded, gradient + weight + (nint)e * width + at, size);
        for (var value = 0; value < 2; value++) // queries
        {
            MatrixProduct<T>.Multiply(
                dTable.Pointer + (nint)value * mixedStride + head,
                2 * mixedStride,
                heads,
                tokenQkv.Pointer + (nint)value * qkvStride + width + at,
                2 * qkvStride,
                work,
                padded,
                2 * inputs,
                inputs,
                padded,
                add: value > 0
            );
        }

        RowOperations<T>.Scale(work, scale, 2 * inputs * padded);
        CopyHead(work, 2 * inputs, dTokenQkv.Pointer + at, qkvStride);
        for (var value = 0; value < 2; value++) // keys
        {
            MatrixProduct<T>.Multiply(
                dTable.Pointer + (nint)value * mixedStride + head,
                heads,
                2 * mixedStride,
                tokenQkv.Pointer + at,
                qkvStride,
                work,
                padded,
                inputs,
                2 * inputs,
                padded,
                add: false
            );
            RowOperations<T>.Scale(work, scale, inputs * padded);
            CopyHead(work, inputs, dTokenQkv.Pointer + (nint)value * qkvStride + width + at, 2 * qkvStride);
        }

        pool.Return(rented);

        void CopyHead(T* from, int rows, T* to, nint toStride)
        {
            for (var row = 0; row < rows; row++)
                new Span<T>(from + row * padded, size).CopyTo(new Span<T>(to + row * toStride, size));
        }
    }

    /// <summary>Gradients of the tokens, from those of their queries, keys and values and of themselves.</summary>
    private void ReturnTokens(T* gradient)
    {
        var layer = layers[0].AttentionIn;
        layers[0].AttentionOut.SumBias(0, dMixture.Pointer + 2 * (nint)mixed * stride, stride, 2 * inputs);
        For(
            TokenItems,
            60.0 * inputs * width * width / 1000,
            item =>
            {
                var (first, rows) = TokensOf(item);
                var own = dTokens.Pointer + (nint)first * stride;
                var d = dTokenQkv.Pointer + (nint)first * qkvStride;
                var work = pool.Rent(TokensAtOnce * stride);
                layer.SumBias(item, d, qkvStride, rows);
                MatrixProduct<T>.CopyToPanels(d, qkvStride, rows, 3 * width, tokenPanels.Pointer, 2 * inputs, first);
                Transposition.Copy(
                    tokenHat.Pointer + (nint)first * stride,
                    stride,
                    rows,
                    width,
                    tokenTurned.Pointer + first,
                    Pitch(2 * inputs)
                );
                layer.MultiplyTransposed(d, qkvStride, work.Pointer, stride, rows);
                new Span<T>(dMixture.Pointer + (2 * (nint)mixed + first) * stride, rows * stride).CopyTo(new Span<T>(own, rows * stride));
                for (nint row = 0; row < rows; row++)
                {
                    RowOperations<T>.AddNormalizeGradient(
                        work.Pointer + row * stride,
                        tokenHat.Pointer + (first + row) * stride,
                        tokenInverse.Pointer[first + row],
                        inside.Pointer,
                        width,
                        own + row * stride
                    );
                }

                RowOperations<T>.MultiplySlope(activation, tokenBefore.Pointer + (nint)first * stride, own, (nint)rows * stride);
                pool.Return(work);
            }
        );
    }

    /// <summary>Gradients of the embedding, from those of the tokens before the activation function.</summary>
    private void AddEmbeddingGradient(T* gradient)
    {
        var work = pool.Rent((long)(2 + inputs) * stride);
        var rows = work.Pointer;
        var weight = shape.Embedding.Weight.Offset;
        new Span<T>(rows, (2 + inputs) * stride).Clear();
        for (var i = 0; i < inputs; i++)
        {
            var zero = dTokens.Pointer + (nint)2 * i * stride;
            var one = dTokens.Pointer + ((nint)2 * i + 1) * stride;
            RowOperations<T>.AddScaled(T.One, zero, rows, width);
            RowOperations<T>.AddScaled(T.One, one, rows + stride, width);
            RowOperations<T>.AddScaled(T.One, one, zero, width); // of the position
            RowOperations<T>.AddScaled(T.One, zero, gradient + shape.Embedding.Bias.Offset, width);
            for (var p = 0; p < inputs; p++)
            {
                if (shape.Positions is { } learned)
                {
                    var at = learned.Offset + i * inputs + p;
                    gradient[at] += RowOperations<T>.Dot(zero, PositionWeight(p), width);
                    RowOperations<T>.AddScaled(parameters[at], zero, rows + (nint)(2 + p) * stride, width);
                }
                else if (p == i)
                {
                    RowOperations<T>.AddScaled(T.One, zero, rows + (nint)(2 + p) * stride, width);
                }
            }
        }

        for (var e = 0; e < width; e++)
        {
            for (var c = 0; c < 2 + inputs; c++)
                gradient[weight + (nint)e * (2 + inputs) + c] += rows[(nint)c * stride + e];
        }

        pool.Return(work);
    }
}

using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>What happens to the rows of a chunk.</summary>
internal sealed unsafe partial class TransformerPasses<T>
{
    /// <summary>The first block.</summary>
    private void MixChunk(TokenTree tree, int chunk)
    {
        var ((first, rows), (tile, end)) = (tree.RowsOf(chunk), tree.TilesOf(chunk));
        var own = saved[0];
        for (var t = tile; t < end; t++)
            FillTile(tree, t);
        Mix(tree, tile, end, mixturePanels.Pointer, x.Pointer, stride);
        Mix(tree, tile, end, hiddenPanels.Pointer, own.Before.Pointer, hiddenStride);
        for (nint row = first; row < first + rows; row++)
        {
            var hat = own.Hat.Pointer + row * stride;
            new Span<T>(x.Pointer + row * stride, stride).CopyTo(new Span<T>(hat, stride));
            own.Inverse.Pointer[row] = RowOperations<T>.InverseDeviation(hat, width);
            RowOperations<T>.Scale(hat, own.Inverse.Pointer[row], width);
            RowOperations<T>.Scale(own.Before.Pointer + row * hiddenStride, own.Inverse.Pointer[row], layers[0].MlpIn.Bias, hiddenStride);
        }

        EndBlock(tree, 0, first, rows);
    }

    /// <summary>A later block.</summary>
    private void AttendChunk(TokenTree tree, int block, int chunk)
    {
        var (first, rows) = tree.RowsOf(chunk);
        var (own, layer) = (saved[block], layers[block]);
        var work = pool.Rent((long)rows * stride + mixedStride + Simd512<T>.Padded(heads));
        var attended = work.Pointer;
        new Span<T>(attended, rows * stride).Clear();
        for (var row = 0; row < rows; row++)
        {
            AttendRow(tree, own, first + row, attended + row * stride, work.Pointer + rows * stride + mixedStride);
            AddBias(layer.AttentionOut, x.Pointer + (nint)(first + row) * stride);
        }

        MatrixProduct<T>.CopyToPanels(attended, stride, rows, width, own.Attended.Pointer, tree.Rows, first);
        layer.AttentionOut.AddProduct(attended, stride, x.Pointer + (nint)first * stride, stride, rows);
        pool.Return(work);
        for (nint row = first; row < first + rows; row++)
        {
            own.Inverse.Pointer[row] = RowOperations<T>.Normalize(
                x.Pointer + row * stride,
                inside.Pointer,
                width,
                own.Hat.Pointer + row * stride
            );
            CopyBias(layer.MlpIn, own.Before.Pointer + row * hiddenStride);
        }

        layer.MlpIn.AddProduct(
            own.Hat.Pointer + (nint)first * stride,
            stride,
            own.Before.Pointer + (nint)first * hiddenStride,
            hiddenStride,
            rows
        );
        EndBlock(tree, block, first, rows);
    }

    /// <summary>From the MLP's activation function to the next block's queries, keys and values, or to what is written to the
    /// outputs.</summary>
    private void EndBlock(TokenTree tree, int block, int first, int rows)
    {
        var own = saved[block];
        var work = pool.Rent((long)rows * hiddenStride);
        RowOperations<T>.Activate(activation, own.Before.Pointer + (nint)first * hiddenStride, work.Pointer, (nint)rows * hiddenStride);
        MatrixProduct<T>.CopyToPanels(work.Pointer, hiddenStride, rows, 4 * width, own.Hidden.Pointer, tree.Rows, first);
        for (nint row = first; row < first + rows; row++)
            AddBias(layers[block].MlpOut, x.Pointer + row * stride);
        layers[block].MlpOut.AddProduct(work.Pointer, hiddenStride, x.Pointer + (nint)first * stride, stride, rows);
        pool.Return(work);
        if (block == layers.Length - 1)
        {
            for (nint row = first; row < first + rows; row++)
            {
                var hat = lastHat.Pointer + row * stride;
                lastInverse.Pointer[row] = RowOperations<T>.Normalize(x.Pointer + row * stride, inside.Pointer, width, hat);
                for (var o = 0; o < outputs; o++)
                    written.Pointer[row * outputs + o] = RowOperations<T>.Dot(hat, ReadoutOf(readout, tree.Position[row], o), stride);
            }

            return;
        }

        var (next, layer) = (saved[block + 1], layers[block + 1].AttentionIn);
        for (nint row = first; row < first + rows; row++)
        {
            next.AttentionInverse.Pointer[row] = RowOperations<T>.Normalize(
                x.Pointer + row * stride,
                inside.Pointer,
                width,
                next.AttentionHat.Pointer + row * stride
            );
            CopyBias(layer, next.Qkv.Pointer + row * qkvStride);
        }

        layer.AddProduct(
            next.AttentionHat.Pointer + (nint)first * stride,
            stride,
            next.Qkv.Pointer + (nint)first * qkvStride,
            qkvStride,
            rows
        );
    }

    private void AttendRow(TokenTree tree, Saved own, int row, T* attended, T* work)
    {
        var seen = tree.RowsOfSample(tree.Sample[row])[..(tree.Position[row] + 1)];
        var query = own.Qkv.Pointer + (nint)row * qkvStride;
        var probabilities = own.Probabilities.Pointer + (nint)row * mixedStride;
        for (var j = 0; j < seen.Length; j++)
        {
            var key = own.Qkv.Pointer + (nint)seen[j] * qkvStride + width;
            for (var h = 0; h < heads; h++)
                probabilities[j * heads + h] = scale * RowOperations<T>.Dot(query + h * size, key + h * size, size);
        }

        RowOperations<T>.Softmax(probabilities, seen.Length, heads, work);
        for (var j = 0; j < seen.Length; j++)
        {
            var value = own.Qkv.Pointer + (nint)seen[j] * qkvStride + 2 * width;
            for (var h = 0; h < heads; h++)
                RowOperations<T>.AddScaled(probabilities[j * heads + h], value + h * size, attended + h * size, size);
        }
    }

    /// <summary>Backwards through a block: from the outputs or the block after to the queries of this one, or to the mixture of
    /// tokens.</summary>
    private void ReturnChunk(TokenTree tree, int block, int chunk)
    {
        var (first, rows) = tree.RowsOf(chunk);
        var (own, layer) = (saved[block], layers[block]);
        var work = pool.Rent((long)rows * (hiddenStride + stride + mixedStride) + Simd512<T>.Padded(heads));
        T* dHidden = work.Pointer,
            dHat = dHidden + (nint)rows * hiddenStride,
            rest = dHat + (nint)rows * stride;
        var d = dx.Pointer + (nint)first * stride;
        if (block == layers.Length - 1)
        {
            for (nint row = 0; row < rows; row++)
            {
                new Span<T>(dHat, stride).Clear();
                new Span<T>(d + row * stride, stride).Clear();
                for (var o = 0; o < outputs; o++)
                {
                    var readouts = ReadoutOf(readout, tree.Position[first + row], o);
                    RowOperations<T>.AddScaled(written.Pointer[(first + row) * outputs + o], readouts, dHat, stride);
                }

                var hat = lastHat.Pointer + (first + row) * stride;
                RowOperations<T>.AddNormalizeGradient(dHat, hat, lastInverse.Pointer[first + row], inside.Pointer, width, d + row * stride);
            }
        }

        Turn(d, tree, first, rows, turned);
        layer.MlpOut.SumBias(chunk, d, stride, rows);
        layer.MlpOut.MultiplyTransposed(d, stride, dHidden, hiddenStride, rows);
        var before = own.Before.Pointer + (nint)first * hiddenStride;
        RowOperations<T>.MultiplySlope(activation, before, dHidden, (nint)rows * hiddenStride);
        layer.MlpIn.SumBias(chunk, dHidden, hiddenStride, rows);
        if (block == 0)
        {
            for (nint row = 0; row < rows; row++)
            {
                var hat = own.Hat.Pointer + (first + row) * stride;
                var inverse = own.Inverse.Pointer[first + row];
                var dBefore = dHidden + row * hiddenStride;
                var along = RowOperations<T>.DotWithout(dBefore, before + row * hiddenStride, layer.MlpIn.Bias, hiddenStride);
                RowOperations<T>.AddScaled(-along * inverse / T.CreateTruncating(width), hat, d + row * stride, stride);
                RowOperations<T>.Scale(dBefore, inverse, hiddenStride);
            }

            MatrixProduct<T>.CopyToPanels(d, stride, rows, width, wide2.Pointer, tree.Rows, first);
            MatrixProduct<T>.CopyToPanels(dHidden, hiddenStride, rows, 4 * width, wide.Pointer, tree.Rows, first);
            ReturnTiles(tree, chunk, d, dHidden, rest);
            pool.Return(work);
            return;
        }

        MatrixProduct<T>.CopyToPanels(dHidden, hiddenStride, rows, 4 * width, wide.Pointer, tree.Rows, first);
        Turn(own.Hat.Pointer + (nint)first * stride, tree, first, rows, hatTurned);
        layer.MlpIn.MultiplyTransposed(dHidden, hiddenStride, dHat, stride, rows);
        AddNormalizeGradients(dHat, own.Hat, own.Inverse, first, rows);
        Turn(d, tree, first, rows, turned2);
        layer.AttentionOut.SumBias(chunk, d, stride, rows);
        layer.AttentionOut.MultiplyTransposed(d, stride, dAttended.Pointer + (nint)first * stride, stride, rows);
        for (var row = first; row < first + rows; row++)
            ReturnRow(tree, own, row, rest);
        pool.Return(work);
    }

    /// <summary>Gradients of a row's logits and query.</summary>
    private void ReturnRow(TokenTree tree, Saved own, int row, T* work)
    {
        var seen = tree.RowsOfSample(tree.Sample[row])[..(tree.Position[row] + 1)];
        var d = dAttended.Pointer + (nint)row * stride;
        var logits = dLogits.Pointer + (nint)row * mixedStride;
        for (var j = 0; j < seen.Length; j++)
        {
            var value = own.Qkv.Pointer + (nint)seen[j] * qkvStride + 2 * width;
            for (var h = 0; h < heads; h++)
                logits[j * heads + h] = RowOperations<T>.Dot(d + h * size, value + h * size, size);
        }

        RowOperations<T>.SoftmaxGradient(own.Probabilities.Pointer + (nint)row * mixedStride, 1, logits, seen.Length, heads, work);
        RowOperations<T>.Scale(logits, scale, seen.Length * heads);
        var query = dQkv.Pointer + (nint)row * qkvStride;
        new Span<T>(query, width).Clear();
        for (var j = 0; j < seen.Length; j++)
        {
            var key = own.Qkv.Pointer + (nint)seen[j] * qkvStride + width;
            for (var h = 0; h < heads; h++)
                RowOperations<T>.AddScaled(logits[j * heads + h], key + h * size, query + h * size, size);
        }
    }

    /// <summary>Gradients of a head's keys and values, to which all rows add that see them.</summary>
    private void ReturnHead(TokenTree tree, int block, int head)
    {
        var (own, at) = (saved[block], head * size);
        for (nint row = 0; row < tree.Rows; row++)
        {
            new Span<T>(dQkv.Pointer + row * qkvStride + width + at, size).Clear();
            new Span<T>(dQkv.Pointer + row * qkvStride + 2 * width + at, size).Clear();
        }

        for (var row = 0; row < tree.Rows; row++)
        {
            var seen = tree.RowsOfSample(tree.Sample[row])[..(tree.Position[row] + 1)];
            var logits = dLogits.Pointer + (nint)row * mixedStride + head;
            var probabilities = own.Probabilities.Pointer + (nint)row * mixedStride + head;
            var query = own.Qkv.Pointer + (nint)row * qkvStride + at;
            var d = dAttended.Pointer + (nint)row * stride + at;
            for (var j = 0; j < seen.Length; j++)
            {
                var to = dQkv.Pointer + (nint)seen[j] * qkvStride + at;
                RowOperations<T>.AddScaled(logits[j * heads], query, to + width, size);
                RowOperations<T>.AddScaled(probabilities[j * heads], d, to + 2 * width, size);
            }
        }
    }

    /// <summary>Backwards from queries, keys and values to the block before.</summary>
    private void ReturnQueries(TokenTree tree, int block, int chunk)
    {
        var (first, rows) = tree.RowsOf(chunk);
        var (own, layer) = (saved[block], layers[block].AttentionIn);
        var d = dQkv.Pointer + (nint)first * qkvStride;
        var work = pool.Rent((long)rows * stride);
        layer.SumBias(chunk, d, qkvStride, rows);
        MatrixProduct<T>.CopyToPanels(d, qkvStride, rows, 3 * width, wide2.Pointer, tree.Rows, first);
        Turn(own.AttentionHat.Pointer + (nint)first * stride, tree, first, rows, turned);
        layer.MultiplyTransposed(d, qkvStride, work.Pointer, stride, rows);
        AddNormalizeGradients(work.Pointer, own.AttentionHat, own.AttentionInverse, first, rows);
        pool.Return(work);
    }

    /// <summary>Adds to dx of some rows what goes back through a LayerNorm.</summary>
    private void AddNormalizeGradients(T* dHat, AlignedBuffer<T> hat, AlignedBuffer<T> inverse, int first, int rows)
    {
        for (nint row = first; row < first + rows; row++, dHat += stride)
        {
            var y = hat.Pointer + row * stride;
            var to = dx.Pointer + row * stride;
            RowOperations<T>.AddNormalizeGradient(dHat, y, inverse.Pointer[row], inside.Pointer, width, to);
        }
    }

    private static void CopyBias(LinearLayer<T> layer, T* row) =>
        new Span<T>(layer.Bias, layer.OutputStride).CopyTo(new Span<T>(row, layer.OutputStride));

    private static void AddBias(LinearLayer<T> layer, T* row) => RowOperations<T>.AddScaled(T.One, layer.Bias, row, layer.OutputStride);
}

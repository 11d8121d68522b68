using System.Numerics;
using SkillTorch.Models;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// A linear layer of a transformer, y = W·x + b, and with it the weight w and bias β of a LayerNorm before it, if there is one: what
/// is normalised meets W·diag w and b + W·β. Its work is cut at fixed places into items, for threads to share.
/// </summary>
internal sealed unsafe class LinearLayer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DecoderTransformerShape.Linear linear;
    private readonly DecoderTransformerShape.Norm? norm;
    private readonly AlignedBuffer<T> forward = new(), // [panels of out, in, width]
        backward = new(), // [panels of in, out, width]
        bias = new(), // [out]
        biasParts = new(), // [chunks, out]
        normParts = new(); // [panels of out, 2, in]
    private readonly (int First, int Width)[] panels; // of outputs
    private readonly (int First, int Width)[] widePanels; // of the inputs or outputs that are panels in a gradient's product
    private readonly int narrow; // the others
    private readonly int narrowBlock;

    public LinearLayer(DecoderTransformerShape.Linear linear, DecoderTransformerShape.Norm? norm)
    {
        (this.linear, this.norm) = (linear, norm);
        (Inputs, Outputs) = (linear.Inputs, linear.Bias.Length);
        (InputStride, OutputStride) = (Simd512<T>.Padded(Inputs), Simd512<T>.Padded(Outputs));
        panels = MatrixProduct<T>.PanelsOf(OutputStride);
        widePanels = norm is null ? MatrixProduct<T>.PanelsOf(InputStride) : panels;
        narrow = norm is null ? Outputs : Inputs;
        narrowBlock = Math.Clamp((narrow / 4 + 3) / 4 * 4, 4, 128);
        forward.Reserve(Inputs * OutputStride);
        backward.Reserve(Outputs * InputStride);
        bias.Reserve(OutputStride);
        normParts.Reserve(panels.Length * 2 * InputStride);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Inputs in whole vectors.</summary>
    public int InputStride { get; }

    /// <summary>Outputs in whole vectors.</summary>
    public int OutputStride { get; }

    /// <summary>b + W·β [out].</summary>
    public T* Bias => bias.Pointer;

    /// <summary>Items of <see cref="Prepare"/>.</summary>
    public int PrepareItems => panels.Length;

    /// <summary>Items of <see cref="AddWeightGradient"/>.</summary>
    public int GradientItems => widePanels.Length * ((narrow + narrowBlock - 1) / narrowBlock);

    /// <summary>Makes one item of the panels that products with W·diag w read.</summary>
    public void Prepare(T* parameters, int item, AlignedPool<T> pool)
    {
        var (first, width) = panels[item];
        var valid = Math.Min(width, Outputs - first);
        var own = parameters + linear.Weight.Offset + (nint)first * Inputs;
        new Span<T>(parameters + linear.Bias.Offset + first, valid).CopyTo(new Span<T>(bias.Pointer + first, valid));
        var work = norm is null ? null : pool.Rent((long)valid * Inputs);
        if (norm is not null)
        {
            var w = parameters + norm.Weight.Offset;
            var beta = parameters + norm.Bias.Offset;
            for (var o = 0; o < valid; o++)
            {
                bias.Pointer[first + o] += RowOperations<T>.Dot(own + (nint)o * Inputs, beta, Inputs);
                Multiply(own + (nint)o * Inputs, w, work!.Pointer + (nint)o * Inputs);
            }

            own = work!.Pointer;
        }

        var panel = forward.Pointer + (nint)first * Inputs;
        if (valid < width)
            new Span<T>(panel, Inputs * width).Clear();
        Transposition.Copy(own, Inputs, valid, Inputs, panel, width);
        MatrixProduct<T>.CopyToPanels(own, Inputs, valid, Inputs, backward.Pointer, Outputs, first);
        if (work is not null)
            pool.Return(work);
    }

    /// <summary>y ← y + x·(W·diag w)ᵀ for some rows, where some inputs are taken for all.</summary>
    /// <param name="x">Rows of inputs.</param>
    /// <param name="xStride">From row to row.</param>
    /// <param name="y">[rows, <see cref="OutputStride"/>]</param>
    /// <param name="yStride">From row to row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="first">First input.</param>
    /// <param name="count">Inputs, 0 for all.</param>
    public void AddProduct(T* x, nint xStride, T* y, nint yStride, int rows, int first = 0, int count = 0) =>
        MatrixProduct<T>.MultiplyPanels(
            x,
            xStride,
            1,
            forward.Pointer,
            Inputs,
            first,
            y,
            yStride,
            rows,
            count == 0 ? Inputs : count,
            OutputStride,
            add: true
        );

    /// <summary>dx ← dy·W·diag w for some rows.</summary>
    public void MultiplyTransposed(T* dy, nint dyStride, T* dx, nint dxStride, int rows) =>
        MatrixProduct<T>.MultiplyPanels(
            dy,
            dyStride,
            1,
            backward.Pointer,
            Outputs,
            0,
            dx,
            dxStride,
            rows,
            Outputs,
            InputStride,
            add: false
        );

    /// <summary>dx ← dx + dy·W·diag w for some rows and some outputs.</summary>
    public void AddProductTransposed(T* dy, nint dyStride, T* dx, nint dxStride, int rows, int first, int count) =>
        MatrixProduct<T>.MultiplyPanels(
            dy,
            dyStride,
            1,
            backward.Pointer,
            Outputs,
            first,
            dx,
            dxStride,
            rows,
            count,
            InputStride,
            add: true
        );

    /// <summary>Makes room for a bias gradient of so many chunks.</summary>
    public void ReserveChunks(int chunks) => biasParts.Reserve((long)chunks * OutputStride);

    /// <summary>The bias gradient of one chunk, Σ dy.</summary>
    public void SumBias(int chunk, T* dy, nint stride, int rows)
    {
        var sum = new Span<T>(biasParts.Pointer + (nint)chunk * OutputStride, OutputStride);
        sum.Clear();
        for (var row = 0; row < rows; row++)
            System.Numerics.Tensors.TensorPrimitives.Add(sum, new ReadOnlySpan<T>(dy + row * stride, OutputStride), sum);
    }

    /// <summary>Adds up the chunks' bias gradients; before <see cref="AddWeightGradient"/>.</summary>
    public void AddBiasGradient(int chunks, T* gradient)
    {
        var sum = new Span<T>(biasParts.Pointer, OutputStride);
        for (var chunk = 1; chunk < chunks; chunk++)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(
                sum,
                new ReadOnlySpan<T>(biasParts.Pointer + (nint)chunk * OutputStride, OutputStride),
                sum
            );
        }

        Add(sum[..Outputs], gradient + linear.Bias.Offset);
    }

    /// <summary>Adds one item of the weight's gradient.</summary>
    /// <param name="item">Which.</param>
    /// <param name="transposed">What is normalised, [in, stride], or without a LayerNorm dy [out, stride]: a column a row.</param>
    /// <param name="stride">From row to row of it.</param>
    /// <param name="wide">dy, or without a LayerNorm x, in panels of <paramref name="depth"/> rows.</param>
    /// <param name="depth">Rows.</param>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="gradient">Gradient [n], added to.</param>
    /// <param name="pool">Working memory.</param>
    public void AddWeightGradient(int item, T* transposed, nint stride, T* wide, int depth, T* parameters, T* gradient, AlignedPool<T> pool)
    {
        var (panel, block) = (item % widePanels.Length, item / widePanels.Length);
        var ((column, width), row) = (widePanels[panel], block * narrowBlock);
        var rows = Math.Min(narrowBlock, narrow - row);
        var valid = Math.Min(width, (norm is null ? Inputs : Outputs) - column);
        var work = pool.Rent(2 * narrowBlock * width);
        var tile = work.Pointer;
        var turned = work.Pointer + narrowBlock * width;
        MatrixProduct<T>.MultiplyPanels(
            transposed + row * stride,
            stride,
            1,
            wide + (nint)column * depth,
            depth,
            0,
            tile,
            width,
            rows,
            depth,
            width,
            add: false
        );
        var weight = linear.Weight.Offset;
        if (norm is null)
        {
            for (var r = 0; r < rows; r++)
                Add(new ReadOnlySpan<T>(tile + r * width, valid), gradient + weight + (nint)(row + r) * Inputs + column);
        }
        else
        {
            Transposition.Copy(tile, width, rows, valid, turned, narrowBlock);
            var part = normParts.Pointer + (nint)panel * 2 * InputStride + row;
            new Span<T>(part, rows).Clear();
            new Span<T>(part + InputStride, rows).Clear();
            for (var o = 0; o < valid; o++)
            {
                var at = weight + (nint)(column + o) * Inputs + row;
                var own = turned + o * narrowBlock;
                var db = biasParts.Pointer[column + o];
                RowOperations<T>.AddProducts(own, parameters + at, part, rows);
                RowOperations<T>.AddScaled(db, parameters + at, part + InputStride, rows);
                RowOperations<T>.AddProducts(own, parameters + norm.Weight.Offset + row, gradient + at, rows);
                RowOperations<T>.AddScaled(db, parameters + norm.Bias.Offset + row, gradient + at, rows);
            }
        }

        pool.Return(work);
    }

    /// <summary>Adds the gradient of the LayerNorm before; after all items of <see cref="AddWeightGradient"/>.</summary>
    public void AddNormGradient(T* gradient)
    {
        for (var panel = 0; panel < panels.Length; panel++)
        {
            var part = normParts.Pointer + (nint)panel * 2 * InputStride;
            Add(new ReadOnlySpan<T>(part, Inputs), gradient + norm!.Weight.Offset);
            Add(new ReadOnlySpan<T>(part + InputStride, Inputs), gradient + norm.Bias.Offset);
        }
    }

    public void Dispose()
    {
        foreach (var buffer in (AlignedBuffer<T>[])[forward, backward, bias, biasParts, normParts])
            buffer.Dispose();
    }

    private static void Add(ReadOnlySpan<T> x, T* sum)
    {
        var to = new Span<T>(sum, x.Length);
        System.Numerics.Tensors.TensorPrimitives.Add(to, x, to);
    }

    private void Multiply(T* x, T* w, T* y) =>
        System.Numerics.Tensors.TensorPrimitives.Multiply(
            new ReadOnlySpan<T>(x, Inputs),
            new ReadOnlySpan<T>(w, Inputs),
            new Span<T>(y, Inputs)
        );
}

using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>
/// Gradients of two-layer networks on binary inputs by kernels of a device: five launches a step, whatever the number of networks, and
/// no activations in memory. Equal to autograd up to rounding; a network has the same bits alone and in a stack.
/// </summary>
internal sealed class DeviceGradient : IGradientSource<Tensor>
{
    private const int Threads = 128, // of a block
        Tile = 32, // units that a block of the forward pass adds up: as many as a word has bits
        Chunk = 128, // samples that a block of the backward pass adds up
        LeastWidthOfMatrices = 256; // a block has as many units

    private readonly bool keepsActive; // bits of active units, from the forward to the backward pass
    private readonly int samplesOfBlock,
        unitsOfBlock; // of the forward and of the backward pass

    /// <summary>Bytes of partial sums of networks that are trained by one launch.</summary>
    private const long MaxPartBytes = 1L << 28;

    private readonly Network network;
    private readonly OutputLoss loss;
    private readonly BinaryMlpShape shape;
    private readonly IKernelCompiler compiler;
    private readonly IDeviceKernel forward,
        sumOutputs,
        backward,
        sumGradient;
    private readonly Dictionary<(string, long, long, long, long), Tensor> buffers = [];

    /// <summary>Compiles the kernels.</summary>
    /// <param name="network">The stack of networks.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="shape">Its shape, which <see cref="Supports"/> knows.</param>
    /// <param name="activation">Activation function of the hidden layer.</param>
    /// <param name="compiler">Compiles for the device on which the parameters lie.</param>
    public DeviceGradient(Network network, OutputLoss loss, BinaryMlpShape shape, Activation activation, IKernelCompiler compiler)
    {
        (this.network, this.loss, this.shape, this.compiler) = (network, loss, shape, compiler);
        var isSingle = network.Parameters.dtype == ScalarType.Float32;
        var samplesOfThread =
            !isSingle ? 1
            : shape.Inputs <= 40 ? 4
            : 2;
        keepsActive = activation == Activation.Relu && shape.Outputs == 1;
        var byMatrices =
            keepsActive && isSingle && shape.Inputs <= 40 && shape.Width >= LeastWidthOfMatrices && compiler.MultipliesMatrices;
        samplesOfBlock = byMatrices ? 2 * Threads : samplesOfThread * Threads;
        unitsOfBlock = byMatrices ? 2 * Threads : Math.Min(shape.Width, Threads);
        var source = KernelSource.Read(
            "two_layer.cu",
            ("REAL", KernelSource.NameOf(network.Parameters.dtype)),
            ("CONTROLS", shape.Controls),
            ("BITS", shape.Bits),
            ("WIDTH", shape.Width),
            ("OUTPUTS", shape.Outputs),
            ("ACTIVATION", (int)activation),
            ("THREADS", Threads),
            ("TILE", Tile),
            ("SAMPLES", samplesOfThread),
            ("CHUNK", Chunk)
        );
        if (byMatrices)
            source += KernelSource.Read("two_layer_matrices.cu");
        forward = compiler.Compile(source, byMatrices ? "forwardByMatrices" : "forward");
        sumOutputs = compiler.Compile(source, "sumOutputs");
        backward = compiler.Compile(source, byMatrices ? "backwardByMatrices" : "backward");
        sumGradient = compiler.Compile(source, "sumGradient");
    }

    /// <summary>Whether a network's numbers fit into a thread's registers, and a chunk of its samples into a block's memory.</summary>
    public static bool Supports(BinaryMlpShape shape, ScalarType format) =>
        shape.Inputs <= (format == ScalarType.Float64 ? 40 : 64) && shape.Outputs <= 8 && shape.Parameters < 1 << 30;

    private Tensor Parameters => network.Parameters;

    private int Tiles => GridSize.For(shape.Width, Tile);

    /// <inheritdoc/>
    public void ComputeGradient(Batch batch, Tensor gradient, Tensor? outputs)
    {
        using var noGrad = no_grad();
        var predicted = outputs ?? Buffer("outputs", shape.Replicates, batch.Size, shape.Outputs);
        var active = keepsActive ? Active(batch.Size) : null;
        Forward(batch, predicted, active);
        var slopes = Buffer("slopes", shape.Replicates, batch.Size, shape.Outputs);
        loss.FillSlopes(batch, predicted, slopes, compiler);

        var chunks = GridSize.For(batch.Size, Chunk);
        var sums = shape.Inputs + 1 + shape.Outputs;
        foreach (var (first, count) in Groups((long)chunks * sums * shape.Width))
        {
            var parts = Buffer("gradients", chunks, count, sums, shape.Width);
            var biases = Buffer("biases", chunks, count, shape.Outputs);
            var (words, skills, sets) = InputsOf(batch, first);
            backward.Launch(
                new(GridSize.For(shape.Width, unitsOfBlock), chunks, count),
                Threads,
                [
                    AddressOf(Parameters, first),
                    words,
                    skills,
                    active is null ? 0 : AddressOf(active, first),
                    AddressOf(slopes, first),
                    LibTorch.AddressOf(parts),
                    LibTorch.AddressOf(biases),
                    batch.Size,
                    sets,
                    count,
                ]
            );
            sumGradient.Launch(
                new(GridSize.For(shape.Parameters, Threads), count),
                Threads,
                [LibTorch.AddressOf(parts), LibTorch.AddressOf(biases), AddressOf(gradient, first), chunks, count]
            );
        }
    }

    /// <inheritdoc/>
    public void ComputeOutputs(Batch batch, Tensor outputs)
    {
        using var noGrad = no_grad();
        Forward(batch, outputs, active: null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in buffers.Values)
            buffer.Dispose();
    }

    private void Forward(Batch batch, Tensor outputs, Tensor? active)
    {
        foreach (var (first, count) in Groups((long)Tiles * batch.Size * shape.Outputs))
        {
            var parts = Buffer("parts", Tiles, count, batch.Size, shape.Outputs);
            var (words, skills, sets) = InputsOf(batch, first);
            forward.Launch(
                new(GridSize.For(batch.Size, samplesOfBlock), Tiles, count),
                Threads,
                [
                    AddressOf(Parameters, first),
                    words,
                    skills,
                    LibTorch.AddressOf(parts),
                    active is null ? 0 : AddressOf(active, first),
                    batch.Size,
                    sets,
                    count,
                ]
            );
            sumOutputs.Launch(
                new(GridSize.For((long)batch.Size * shape.Outputs, Threads), count),
                Threads,
                [AddressOf(Parameters, first), LibTorch.AddressOf(parts), AddressOf(outputs, first), batch.Size, Tiles, count]
            );
        }
    }

    private static long AddressOf(Tensor tensor, int replicate) =>
        LibTorch.AddressOf(tensor) + replicate * (tensor.numel() / tensor.shape[0]) * tensor.element_size();

    /// <summary>Networks that are computed together, so that their partial sums fit.</summary>
    private IEnumerable<(int First, int Count)> Groups(long partsOfNetwork)
    {
        var together = (int)Math.Clamp(MaxPartBytes / (partsOfNetwork * Parameters.element_size()), 1, shape.Replicates);
        for (var first = 0; first < shape.Replicates; first += together)
            yield return (first, Math.Min(together, shape.Replicates - first));
    }

    private (long Words, long Skills, long Sets) InputsOf(Batch batch, int first)
    {
        var samples = batch.AddressesOn(Parameters.device);
        var skipped = batch.Sets == 1 ? 0 : (long)first * batch.Size * sizeof(int);
        return (samples.Words + skipped * shape.WordsPerSample, samples.Tokens + skipped, batch.Sets);
    }

    /// <summary>Bits of the units that are active, of a tile's in each word [R, tiles, B].</summary>
    private Tensor Active(int samples) => Buffer("active", shape.Replicates, Tiles, samples, 1, ScalarType.Int32);

    /// <summary>Memory that is kept from step to step.</summary>
    private Tensor Buffer(string name, long a, long b, long c, long d = 1, ScalarType? format = null)
    {
        var key = (name, a, b, c, d);
        if (!buffers.TryGetValue(key, out var buffer))
            buffers[key] = buffer = empty([a, b, c, d], format ?? Parameters.dtype, Parameters.device).DetachFromDisposeScope();
        return buffer;
    }
}

using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>A stack of R networks of one shape over one flat parameter buffer.</summary>
public abstract class Network : IDisposable
{
    /// <summary>Makes the stack of networks over initial parameters.</summary>
    /// <param name="layout">Where each parameter lies.</param>
    /// <param name="parameters">Initial parameters [R, n]; the network takes ownership.</param>
    protected Network(ParameterLayout layout, Tensor parameters)
    {
        Layout = layout;
        Parameters = parameters;
    }

    /// <summary>All parameters of the stack, [R, n].</summary>
    public Tensor Parameters { get; }

    /// <summary>Where each named parameter lies in <see cref="Parameters"/>.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>1 where a parameter may differ from 0 and 0 where it may not, [1, n]; null where all may.</summary>
    public Tensor? Mask { get; private set; }

    /// <summary>
    /// Most samples that pass through a network at once, forwards and backwards, so that its activations fit into memory; larger
    /// batches are passed in pieces of this size. It does not depend on the number of networks, because a sum over pieces is rounded
    /// differently from one sum.
    /// </summary>
    public virtual int SamplesAtOnce => int.MaxValue;

    /// <summary>
    /// Bytes that one sample takes while it passes through one network forwards and backwards, about: for each output of a layer its
    /// product, its activation, and the gradients of both.
    /// </summary>
    // a weight and a bias
    public virtual long BytesPerSample => 2 * Parameters.element_size() * Layout.Entries.Sum(entry => (long)entry.Shape[0]);

    /// <summary>Rows that one sample adds to the products of a network: 1, or one for each of its tokens.</summary>
    public virtual int RowsPerSample => 1;

    /// <summary>Applies the networks.</summary>
    /// <param name="parameters">Parameters [R, n], laid out as <see cref="Layout"/> says.</param>
    /// <param name="inputs">Inputs [R, B, I].</param>
    /// <returns>Outputs [R, B, O].</returns>
    public Tensor Forward(Tensor parameters, Tensor inputs) => Forward(Layout.Split(parameters), inputs);

    /// <summary>Applies the networks.</summary>
    /// <param name="parameters">Each parameter [R, shape…] of <see cref="Layout"/>.</param>
    /// <param name="inputs">Inputs [R, B, I].</param>
    /// <returns>Outputs [R, B, O].</returns>
    public abstract Tensor Forward(IReadOnlyDictionary<ParameterLayout.Entry, Tensor> parameters, Tensor inputs);

    /// <summary>The order in which samples of a batch are best passed through the network in pieces; null where it does not
    /// matter.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="set">Their set.</param>
    /// <returns>Indices of all samples of the set.</returns>
    internal virtual int[]? OrderOf(Batch batch, int set) => null;

    /// <summary>Sets the parameters that are masked to 0, where training then keeps them.</summary>
    /// <param name="mask">See <see cref="Mask"/>; copied.</param>
    internal void Constrain(Tensor mask)
    {
        Mask = mask.clone().DetachFromDisposeScope();
        Parameters.mul_(Mask);
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Parameters.Dispose();
        Mask?.Dispose();
        GC.SuppressFinalize(this);
    }
}

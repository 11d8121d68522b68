namespace SkillTorch.Training.Kernels;

/// <summary>
/// A way to compute what a block of hidden units contributes to the outputs, and which of the units are active. Outputs depend
/// neither on how samples are cut nor on the threads.
/// </summary>
/// <param name="inputs">The samples.</param>
internal abstract unsafe class ForwardPass<T>(InputPlanes inputs) : IDisposable
    where T : unmanaged
{
    /// <summary>Pieces that a thread should find at least.</summary>
    public abstract int PiecesPerThread { get; }

    /// <summary>Whether samples must be encoded before they are read.</summary>
    public abstract bool Encodes { get; }

    /// <summary>The samples.</summary>
    protected InputPlanes Inputs { get; } = inputs;

    /// <summary>Makes room for the sets of a batch.</summary>
    public abstract void Reserve(int sets);

    /// <summary>Encodes some samples of a set.</summary>
    public abstract void Encode(int set, int first, int count);

    /// <summary>One block of hidden units on a run of samples.</summary>
    /// <param name="set">Set of samples.</param>
    /// <param name="block">Block of hidden units.</param>
    /// <param name="from">First sample, a multiple of 32.</param>
    /// <param name="to">Sample after the last, a multiple of 32.</param>
    /// <param name="parameters">The replicate's parameters.</param>
    /// <param name="sums">[O, padded] Sums of all samples' outputs.</param>
    /// <param name="add">Whether to add to the sums or to overwrite them.</param>
    /// <param name="active">[padded] Receives one bit for each unit.</param>
    public abstract void Run(int set, int block, int from, int to, T* parameters, T* sums, bool add, uint* active);

    public abstract void Dispose();
}

namespace SkillTorch.Training.Kernels;

/// <summary>
/// A way from dL/df and the active hidden units to the gradient. A replicate's is cut into pieces at fixed places, which may be
/// computed at the same time; hence equal bits with any number of threads.
/// </summary>
internal abstract unsafe class BackwardPass<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Hidden units that must be found by one piece of the forward pass; a multiple of this.</summary>
    public virtual int UnitsTogether => 1;

    /// <summary>Pieces of what must be known of a set of samples beforehand.</summary>
    public abstract int Preparations { get; }

    /// <summary>Pieces of a replicate's gradient.</summary>
    public abstract int Pieces { get; }

    /// <summary>Makes room for a batch; before the forward pass.</summary>
    /// <param name="sets">Sets of samples.</param>
    public abstract void Reserve(int sets);

    /// <summary>Computes one piece of what must be known of a set of samples.</summary>
    public abstract void Prepare(int set, int piece);

    /// <summary>Takes over what the forward pass found of some blocks of hidden units and some samples.</summary>
    /// <param name="r">Replicate.</param>
    /// <param name="active">[blocks, padded] One bit for each unit of a block.</param>
    /// <param name="firstBlock">First block.</param>
    /// <param name="lastBlock">Block after the last.</param>
    /// <param name="from">First sample.</param>
    /// <param name="to">Sample after the last.</param>
    public virtual void TakeActive(int r, uint* active, int firstBlock, int lastBlock, int from, int to) { }

    /// <summary>Computes one piece of a replicate's gradient of W1, b1 and W2.</summary>
    /// <param name="r">Replicate.</param>
    /// <param name="set">Set of samples.</param>
    /// <param name="piece">Number of the piece.</param>
    /// <param name="parameters">The replicate's parameters.</param>
    /// <param name="derivatives">[padded + 1, O] dL/df; zeros beyond the batch's end.</param>
    /// <param name="active">[blocks, padded] The replicate's active units.</param>
    /// <param name="gradient">Receives the replicate's gradient.</param>
    public abstract void Run(int r, int set, int piece, T* parameters, T* derivatives, uint* active, T* gradient);

    /// <summary>What is left when all pieces of a replicate's gradient are there.</summary>
    public abstract void Finish(int r, T* gradient);

    public abstract void Dispose();
}

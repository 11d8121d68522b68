namespace SkillTorch.Training.Kernels;

/// <summary>
/// How <see cref="SubsetBackward{TLookup, T}"/> keeps the active hidden units of every sample, and finds the sums that belong to them:
/// a tile of hidden units of a few samples at a time.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal unsafe interface ISubsetLookup<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Samples of a group, which are looked up together.</summary>
    static abstract int Together { get; }

    /// <summary>Groups that <see cref="Add"/> takes at most.</summary>
    static abstract int MaxGroups { get; }

    /// <summary>Samples of a pattern that make it worth a run of its own.</summary>
    static abstract int RunSamples { get; }

    /// <summary>Bytes of a tile's sums by pattern, at most.</summary>
    static abstract int SumBudget { get; }

    /// <summary>Hidden units of a tile.</summary>
    int TileUnits { get; }

    /// <summary>Tiles of hidden units.</summary>
    int Tiles { get; }

    /// <summary>Hidden units that <see cref="Take"/> must be given together; a multiple of it.</summary>
    int TakenUnits { get; }

    /// <summary>Vectors of sums whose units take turns.</summary>
    int Interleave { get; }

    /// <summary>Bytes of a group's indices.</summary>
    int IndexLength { get; }

    /// <summary>Elements of a group's sums over subsets.</summary>
    int SubsetLength { get; }

    /// <summary>Elements that <see cref="Add"/> writes for the first units of a tile.</summary>
    int Used(int units);

    /// <summary>Makes room for samples.</summary>
    /// <param name="padded">How many, rounded up; one more may be looked up.</param>
    void Reserve(int padded);

    /// <summary>Takes over hidden units from blocks of the forward pass.</summary>
    /// <param name="r">Replicate.</param>
    /// <param name="active">[blocks, padded] One bit for each unit of a block.</param>
    /// <param name="padded">As <see cref="Reserve"/> was told.</param>
    /// <param name="firstBlock">First block, at a multiple of <see cref="TakenUnits"/>.</param>
    /// <param name="lastBlock">Block after the last.</param>
    /// <param name="from">First sample, a multiple of 32.</param>
    /// <param name="to">Sample after the last, a multiple of 32.</param>
    void Take(int r, uint* active, int padded, int firstBlock, int lastBlock, int from, int to);

    /// <summary>The active units of a replicate's tile, sample by sample.</summary>
    void* Rows(int r, int tile, int padded);

    /// <summary>For each unit of a tile, which samples of a group have it active.</summary>
    /// <param name="tile">From <see cref="Rows"/>.</param>
    /// <param name="samples">[Together] The samples.</param>
    /// <param name="indices">[IndexLength] Receives the indices.</param>
    void FindIndices(void* tile, int* samples, byte* indices);

    /// <summary>Sums over subsets of a group, for each output.</summary>
    /// <param name="derivatives">[samples, O] dL/df.</param>
    /// <param name="samples">[Together] The samples.</param>
    /// <param name="outputs">O.</param>
    /// <param name="subsets">[O, SubsetLength] Receives the sums.</param>
    /// <param name="stride">Elements from output to output.</param>
    void AddUpSubsets(T* derivatives, int* samples, int outputs, T* subsets, int stride);

    /// <summary>Looks up and adds the units' sums of some groups.</summary>
    /// <param name="indices">[groups, IndexLength]</param>
    /// <param name="groups">How many.</param>
    /// <param name="used">From <see cref="Used"/>.</param>
    /// <param name="subsets">[groups, SubsetLength]</param>
    /// <param name="sums">[used] Receives the sums, as <see cref="Interleave"/> says.</param>
    /// <param name="add">Whether to add to them or to overwrite them.</param>
    void Add(byte* indices, int groups, int used, T* subsets, T* sums, bool add);
}

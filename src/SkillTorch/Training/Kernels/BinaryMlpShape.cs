namespace SkillTorch.Training.Kernels;

/// <summary>
/// Sizes of a stack of two-layer networks f = W2·relu(W1·x + b1) + b2 on binary inputs x: a one-hot control part that names
/// the skill (Controls wide, may be absent), followed by Bits bits.
/// </summary>
/// <param name="Replicates">R, number of networks trained together.</param>
/// <param name="Controls">Width of the one-hot part, 0 for none.</param>
/// <param name="Bits">Number of input bits after it.</param>
/// <param name="Width">H, hidden units.</param>
/// <param name="Outputs">O, outputs.</param>
/// <remarks>
/// A replicate's parameters lie in PyTorch's order: W1 [H, Controls + Bits] row by row, b1 [H], W2 [O, H] row by row, b2 [O].
/// </remarks>
internal readonly record struct BinaryMlpShape(int Replicates, int Controls, int Bits, int Width, int Outputs)
{
    /// <summary>I, inputs of the network.</summary>
    public int Inputs => Controls + Bits;

    /// <summary>n, parameters of one replicate.</summary>
    public int Parameters => (Inputs + 1) * Width + (Width + 1) * Outputs;

    /// <summary>32-bit words that hold a sample's bits: bit j is bit j mod 32 of word j / 32. 64-bit words have the same layout in
    /// memory.</summary>
    public int WordsPerSample => (Bits + 31) / 32;

    internal int HiddenBias => Inputs * Width;

    internal int OutputWeights => HiddenBias + Width;

    internal int OutputBias => OutputWeights + Outputs * Width;

    internal void Validate()
    {
        Require(Replicates >= 1, Replicates, "replicates", "at least 1");
        Require(Controls >= 0, Controls, "controls", "0 or more");
        Require(Bits >= 0, Bits, "bits", "0 or more");
        Require(Inputs >= 1, Inputs, "controls + bits", "at least 1");
        Require(Width >= 1, Width, "width", "at least 1");
        Require(Outputs >= 1, Outputs, "outputs", "at least 1");
    }

    private static void Require(bool condition, int value, string name, string expected)
    {
        if (!condition)
        {
            throw new ArgumentException($"Got {value} for `shape.{name}`; expected {expected}.");
        }
    }
}

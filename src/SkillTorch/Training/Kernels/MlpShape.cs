using SkillTorch.Models;

namespace SkillTorch.Training.Kernels;

/// <summary>One layer of a perceptron: its size, and where its weight [out, in] and bias [out] lie in a network's parameters.</summary>
internal sealed record MlpLayer(int Inputs, int Outputs, int Weight, int Bias);

/// <summary>An embedding that tokens are looked up in before the first layer: its size d, and where it lies, [V, d].</summary>
internal sealed record MlpEmbedding(int Size, int Offset);

/// <summary>What a stack of perceptrons looks like to <see cref="MlpPasses{T}"/>.</summary>
/// <param name="Replicates">R.</param>
/// <param name="Parameters">Parameters of a network, n.</param>
/// <param name="Layers">The layers in order.</param>
/// <param name="Activation">Activation function between them; <see cref="Supports"/> it.</param>
/// <param name="Tokens">Tokens of a sample T, each with V values, where inputs are one-hot tokens; null where they are numbers.</param>
/// <param name="Embedding">The embedding of the tokens, if there is one.</param>
internal sealed record MlpShape(
    int Replicates,
    int Parameters,
    IReadOnlyList<MlpLayer> Layers,
    Activation Activation,
    (int Count, int Values)? Tokens,
    MlpEmbedding? Embedding
)
{
    /// <summary>Number of outputs O.</summary>
    public int Outputs => Layers[^1].Outputs;

    /// <summary>Activation functions that the passes know.</summary>
    public static bool Supports(Activation activation) => activation is Activation.Silu or Activation.Relu;
}

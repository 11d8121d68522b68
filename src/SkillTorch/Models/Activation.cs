using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>Activation functions of the hidden layers.</summary>
public enum Activation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x·sigmoid(x).</summary>
    Silu,

    /// <summary>x·Φ(x), Φ the normal distribution function.</summary>
    Gelu,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>1/(1 + e^(−x)).</summary>
    Sigmoid,

    /// <summary>x: a linear network.</summary>
    Identity,
}

internal static class Activations
{
    /// <summary>Applies the function; <paramref name="x"/> may be overwritten.</summary>
    public static Tensor Apply(this Activation activation, Tensor x) =>
        activation switch
        {
            Activation.Relu => x.relu_(),
            Activation.Silu => x.silu(),
            Activation.Gelu => x.gelu(),
            Activation.Tanh => x.tanh(),
            Activation.Sigmoid => x.sigmoid(),
            Activation.Identity => x,
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
        };
}

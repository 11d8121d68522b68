using TorchSharp;
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
    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Relu => x.relu_(),
        Activation.Silu => TrialByTrial(x, part => part.silu()),
        Activation.Gelu => TrialByTrial(x, part => part.gelu()),
        Activation.Tanh => x.tanh(),
        Activation.Sigmoid => TrialByTrial(x, part => part.sigmoid()),
        Activation.Identity => x,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation."),
    };

    /// <summary>
    /// On the CPU, libtorch computes the last few elements of a thread's share by other code than the rest, which rounds some
    /// functions differently. Trial by trial [R, …] these are the same elements in a stack and alone.
    /// </summary>
    private static Tensor TrialByTrial(Tensor x, Func<Tensor, Tensor> function) =>
        x.device_type == DeviceType.CPU && x.shape[0] > 1 ? cat([.. x.split(1).Select(function)], 0) : function(x);
}

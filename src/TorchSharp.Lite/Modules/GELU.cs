namespace TorchSharp.Modules;
/// <summary>placeholder</summary>
public sealed class GELU
{
    /// <summary>How Φ is computed.</summary>
    public enum Approximate
    {
        /// <summary>Exactly, by the error function.</summary>
        none,
        /// <summary>By a hyperbolic tangent.</summary>
        tanh,
    }
}

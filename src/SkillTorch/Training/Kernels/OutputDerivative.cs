namespace SkillTorch.Training.Kernels;

/// <summary>The loss as a gradient needs it: its derivative by one network's outputs.</summary>
/// <param name="replicate">Index of the network; different ones may be asked for at the same time.</param>
/// <param name="outputs">Outputs f [B, O] on the whole batch.</param>
/// <param name="derivatives">Receives dL/df [B, O]; may be the same memory.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal delegate void OutputDerivative<T>(int replicate, ReadOnlySpan<T> outputs, Span<T> derivatives)
    where T : unmanaged;

namespace SkillTorch.Tasks;

/// <summary>
/// Consecutive samples, of every set of a batch, that lie on a line: they differ in one input alone, which is between −1 and 1. Along
/// it a network is a function of one number, and a smooth one is known everywhere from its values at a few places.
/// </summary>
/// <param name="First">Index of the first sample within a set.</param>
/// <param name="Count">Number of samples.</param>
/// <param name="Input">Index of the input that differs, from 0.</param>
public sealed record SampleLine(int First, int Count, int Input);

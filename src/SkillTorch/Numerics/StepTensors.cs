using static TorchSharp.torch;

namespace SkillTorch.Numerics;

/// <summary>Tensors of every update, made for some consecutive updates at a time.</summary>
/// <param name="make">Makes those from an update on: [T, …], T ≥ 1.</param>
internal sealed class StepTensors(Func<int, Tensor> make) : IDisposable
{
    private Tensor? block; // [T, …]
    private int first;

    /// <summary>The tensor of an update.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <returns>[…], owned by the current dispose scope.</returns>
    public Tensor At(int step)
    {
        if (block is null || step < first || step >= first + block.shape[0])
        {
            Dispose();
            block = make(step).DetachFromDisposeScope();
            first = step;
        }

        return block.select(0, step - first);
    }

    public void Dispose()
    {
        block?.Dispose();
        block = null;
    }
}

using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Moves the flat parameters [R, n] of a stack of R trials. Every hyperparameter is a column [R, 1], so that trials with
/// different values train together, and a trial moves the same, bit for bit, alone or in a stack.
/// </summary>
public abstract class Optimizer : IDisposable
{
    private readonly Dictionary<string, Tensor> state = [];
    private readonly List<Tensor> hyperparameters = [];

    /// <summary>Number of updates made.</summary>
    public int StepCount { get; set; }

    /// <summary>The optimizer's memory by name, each [R, …]; with <see cref="StepCount"/> it is all that a checkpoint needs.</summary>
    public IReadOnlyDictionary<string, Tensor> State => state;

    /// <summary>Makes one update, in place.</summary>
    /// <param name="parameters">Parameters [R, n]; changed.</param>
    /// <param name="gradient">Gradient [R, n]; may be overwritten.</param>
    public void Step(Tensor parameters, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        StepCount++;
        Update(parameters, gradient);
    }

    /// <summary>The optimizer's equations; runs without gradient recording and in a dispose scope.</summary>
    /// <param name="parameters">Parameters [R, n]; to be changed in place.</param>
    /// <param name="gradient">Gradient [R, n]; may be overwritten.</param>
    protected abstract void Update(Tensor parameters, Tensor gradient);

    /// <summary>Adds a state tensor of zeros.</summary>
    /// <param name="name">Name of the state in checkpoints.</param>
    /// <param name="like">The state's shape, number format and device.</param>
    /// <returns>The state, owned by the optimizer.</returns>
    protected Tensor AddState(string name, Tensor like)
    {
        var tensor = zeros_like(like).DetachFromDisposeScope();
        state.Add(name, tensor);
        return tensor;
    }

    /// <summary>A hyperparameter of every stacked trial as a column.</summary>
    /// <param name="values">One value a trial; length R.</param>
    /// <param name="like">Gives number format and device.</param>
    /// <returns>Column [R, 1], owned by the optimizer.</returns>
    protected Tensor Column(IEnumerable<double> values, Tensor like)
    {
        var column = ColumnOf(values, like).DetachFromDisposeScope();
        hyperparameters.Add(column);
        return column;
    }

    /// <summary>A column [R, 1] of values that change with the step, e.g. a bias correction.</summary>
    /// <param name="values">One value a trial; length R.</param>
    /// <param name="like">Gives number format and device.</param>
    /// <returns>Column [R, 1], owned by the current dispose scope.</returns>
    protected static Tensor ColumnOf(IEnumerable<double> values, Tensor like)
    {
        var array = values.ToArray();
        return tensor(array, [array.Length, 1], dtype: like.dtype, device: like.device);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in state.Values.Concat(hyperparameters))
            tensor.Dispose();
        GC.SuppressFinalize(this);
    }
}

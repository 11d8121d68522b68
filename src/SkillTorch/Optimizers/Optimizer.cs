using SkillTorch.Numerics;
using TorchSharp;
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

    /// <summary>
    /// The parameters [R, n] at which a trial is measured, where they are not those that are trained, e.g. an average of them;
    /// null where they are, and before the first update. Owned by the optimizer.
    /// </summary>
    public virtual Tensor? MeasuredParameters => null;

    /// <summary>Whether steps are masked, see <see cref="OptimizerOptions.Cautious"/>.</summary>
    internal bool Cautious { get; set; }

    /// <summary>Clipping and noise of the gradient; null where it is taken as it is. Owned by the optimizer.</summary>
    internal GradientTransform? GradientTransform { get; set; }

    /// <summary>Makes one update, in place.</summary>
    /// <param name="parameters">Parameters [R, n]; changed.</param>
    /// <param name="gradient">Gradient [R, n]; may be overwritten.</param>
    public void Step(Tensor parameters, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        StepCount++;
        GradientTransform?.Apply(gradient, StepCount);
        if (Cautious)
            UpdateCautiously(parameters, gradient);
        else
            Update(parameters, gradient);
    }

    /// <summary>The optimizer's equations; runs without gradient recording and in a dispose scope.</summary>
    /// <param name="parameters">Parameters [R, n]; to be changed in place.</param>
    /// <param name="gradient">Gradient [R, n]; may be overwritten.</param>
    protected abstract void Update(Tensor parameters, Tensor gradient);

    /// <summary>The factor by which decoupled weight decay shrinks a trial's parameters in this update.</summary>
    /// <param name="trial">Index of the trial in the stack.</param>
    /// <returns>1 − ηλ, or 1 without decoupled weight decay.</returns>
    protected virtual double DecayFactor(int trial) => 1;

    /// <summary>The parameters as decoupled weight decay alone leaves them in this update.</summary>
    /// <param name="parameters">Parameters [R, n]; not to be changed.</param>
    /// <returns>Parameters [R, n] × <see cref="DecayFactor"/>, owned by the current dispose scope.</returns>
    protected virtual Tensor Decay(Tensor parameters) =>
        parameters * ColumnOf(Enumerable.Range(0, (int)parameters.shape[0]).Select(DecayFactor), parameters);

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

    /// <summary>Adds a hyperparameter: its values in every stacked trial as a column.</summary>
    /// <param name="values">One value a trial; length R.</param>
    /// <param name="like">Gives number format and device.</param>
    /// <returns>Column [R, 1], owned by the optimizer.</returns>
    protected Tensor AddHyperparameter(IEnumerable<double> values, Tensor like)
    {
        var column = ColumnOf(values, like).DetachFromDisposeScope();
        hyperparameters.Add(column);
        return column;
    }

    /// <summary>A column [R, 1] of values that change with the step, e.g. a bias correction.</summary>
    /// <param name="values">One value a trial; length R.</param>
    /// <param name="like">Gives number format and device.</param>
    /// <returns>Column [R, 1], owned by the current dispose scope.</returns>
    protected internal static Tensor ColumnOf(IEnumerable<double> values, Tensor like)
    {
        var array = values.ToArray();
        return Transfer.Copy(array, [array.Length, 1], like.dtype, like.device);
    }

    /// <summary>Sum over each row of a matrix [R, n], row by row, so that a row's does not depend, in the last bit, on the
    /// others.</summary>
    /// <param name="values">Numbers [R, …].</param>
    /// <returns>Column [R, 1], owned by the current dispose scope.</returns>
    protected internal static Tensor RowSums(Tensor values) =>
        cat([.. Enumerable.Range(0, (int)values.shape[0]).Select(r => values.select(0, r).sum().view(1, 1))], 0);

    private void UpdateCautiously(Tensor parameters, Tensor gradient)
    {
        var start = Decay(parameters);
        var slope = gradient.clone();
        Update(parameters, gradient);
        var step = start - parameters;
        var mask = (step * slope).IsPositive().to(parameters.dtype); // [R, n]
        // [R, 1]
        var longer = ColumnOf(Enumerable.Repeat((double)parameters.shape[1], (int)parameters.shape[0]), parameters) / RowSums(mask).Plus(1);
        parameters.copy_(start - step * mask * longer);
    }

    /// <summary>The learning rates of this update as a column.</summary>
    /// <param name="options">One record a trial; length R.</param>
    /// <param name="like">Gives number format and device.</param>
    /// <returns>Column [R, 1], owned by the current dispose scope.</returns>
    protected Tensor LearningRates(IEnumerable<OptimizerOptions> options, Tensor like) =>
        ColumnOf(options.Select(o => o.LearningRateAt(StepCount)), like);

    /// <summary>
    /// Products of matrices, trial by trial on the CPU, where a product of many is rounded differently from one alone.
    /// </summary>
    /// <param name="a">Matrices [R, a, b].</param>
    /// <param name="b">Matrices [R, b, c].</param>
    /// <returns>Matrices [R, a, c], owned by the current dispose scope.</returns>
    protected static Tensor Product(Tensor a, Tensor b) =>
        a.device_type == DeviceType.CPU
            ? stack([.. Enumerable.Range(0, (int)a.shape[0]).Select(r => a.select(0, r).mm(b.select(0, r)))])
            : a.bmm(b);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in state.Values.Concat(hyperparameters))
            tensor.Dispose();
        GradientTransform?.Dispose();
        GC.SuppressFinalize(this);
    }
}

using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>The <c>model</c> section of an experiment: what learns.</summary>
[Family("model", "models", 2)]
public abstract record ModelOptions
{
    /// <summary>Names of what the model measures of each skill beside loss, strength and accuracy: further columns of the tables.</summary>
    public virtual IReadOnlyList<string> ExtraQuantities => [];

    /// <summary>What a theory laid over the model takes from it.</summary>
    public virtual ModelConstants Constants => default;

    /// <summary>What computes the model's gradients on the CPU in libtorch's place, with a number that is raised when their last bits
    /// change; null where nothing has ever changed them.</summary>
    internal virtual string? Kernels => null;

    /// <summary>
    /// Loss of each skill at strength 0, which is the unit of a theory's losses beside the measured ones: the task's, unless the model
    /// has losses of its own.
    /// </summary>
    /// <param name="task">The skills.</param>
    /// <param name="loss">The loss that skills are measured by.</param>
    /// <returns>[K] losses.</returns>
    public virtual IReadOnlyList<double> LossesAtChance(TaskOptions task, LossKind loss) => task.LossesAtChance(loss);
}

/// <summary>Constants of a model that theories of the same skills share; null where it has none.</summary>
/// <param name="TargetScale">The target's scale S.</param>
/// <param name="InitialStrength">R(0), between 0 and S.</param>
/// <param name="LearningRate">Learning rate η of a model that has no optimizer.</param>
/// <param name="WeightStd">Standard deviation σ of all of a network's initial weights.</param>
public readonly record struct ModelConstants(
    double? TargetScale = null,
    double? InitialStrength = null,
    double? LearningRate = null,
    double? WeightStd = null
);

/// <summary>A network: it maps the inputs of a data task to outputs.</summary>
public abstract record NetworkOptions : ModelOptions
{
    /// <summary>Makes a stack of R freshly initialised networks for a task.</summary>
    /// <param name="options">One options record a trial, all of this record's type and equal but for <see cref="StackableAttribute"/>
    /// options; length R.</param>
    /// <param name="seeds">The trials' seeds, which determine the initial parameters; length R.</param>
    /// <param name="task">The task, which gives the numbers of inputs and outputs.</param>
    /// <param name="dtype">Number format of the parameters.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <returns>The stack; the caller disposes it.</returns>
    /// <exception cref="InvalidOptionException">The options contradict the task.</exception>
    public virtual Network Create(
        IReadOnlyList<NetworkOptions> options,
        IReadOnlyList<ulong> seeds,
        DataTask task,
        ScalarType dtype,
        Device device
    ) => Create(options, seeds, task.Inputs, task.Outputs, dtype, device);

    /// <summary>Makes a stack of R freshly initialised networks.</summary>
    /// <param name="options">One options record a trial, all of this record's type and equal but for <see cref="StackableAttribute"/>
    /// options; length R.</param>
    /// <param name="seeds">The trials' seeds, which determine the initial parameters; length R.</param>
    /// <param name="inputs">Number of inputs I.</param>
    /// <param name="outputs">Number of outputs O.</param>
    /// <param name="dtype">Number format of the parameters.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <returns>The stack; the caller disposes it.</returns>
    public abstract Network Create(
        IReadOnlyList<NetworkOptions> options,
        IReadOnlyList<ulong> seeds,
        int inputs,
        int outputs,
        ScalarType dtype,
        Device device
    );
}

/// <summary>
/// A model that has parameters and a gradient of its own and learns abstract skills without data, such as the Geometry model.
/// </summary>
public abstract record ObjectiveOptions : ModelOptions
{
    /// <summary>Makes a stack of R models at their initial parameters.</summary>
    /// <param name="setup">The stack's settings.</param>
    /// <returns>The stack; the caller disposes it.</returns>
    /// <exception cref="InvalidOptionException">The options contradict the task or each other.</exception>
    public abstract Objective Create(ObjectiveSetup setup);
}

/// <summary>What an <see cref="ObjectiveOptions"/> needs to make a stack.</summary>
/// <param name="Models">One model record a trial, of one type; length R.</param>
/// <param name="Tasks">One task record a trial; length R.</param>
/// <param name="Seeds">The trials' seeds; length R.</param>
/// <param name="Loss">The loss that is minimised.</param>
/// <param name="BatchSize">Samples a step; 0 or null for the exact distribution of skills.</param>
/// <param name="DType">Number format of the parameters.</param>
/// <param name="Device">Where the parameters live.</param>
/// <param name="Shaping">How much each entry of the loss counts; null is the plain loss.</param>
public sealed record ObjectiveSetup(
    IReadOnlyList<ModelOptions> Models,
    IReadOnlyList<TaskOptions> Tasks,
    IReadOnlyList<ulong> Seeds,
    LossKind Loss,
    int? BatchSize,
    ScalarType DType,
    Device Device,
    LossShapingOptions? Shaping = null
)
{
    /// <summary>Whether the model is to use a device's own way of computing, by tensors; on the CPU too, if a test wants to.</summary>
    internal bool ByTensors { get; init; } = Device.type != TorchSharp.DeviceType.CPU;
}

/// <summary>A toy model whose skills follow their own dynamics, without parameters or optimizer, such as the Resource model.</summary>
public abstract record DynamicsOptions : ModelOptions
{
    /// <summary>Predicts every skill.</summary>
    /// <param name="task">The skills.</param>
    /// <param name="loss">The loss that the model's skills are measured by.</param>
    /// <param name="steps">Steps at which the prediction is wanted, ascending; length M.</param>
    /// <returns>Skill strengths [M, K] and skill losses [M, K].</returns>
    /// <exception cref="InvalidOptionException">The options contradict the task or each other.</exception>
    public abstract (double[,] Strength, double[,] Loss) Predict(TaskOptions task, LossKind loss, IReadOnlyList<int> steps);

    /// <summary>The <see cref="ModelOptions.ExtraQuantities"/>, e.g. the model's parameters.</summary>
    /// <param name="steps">Steps at which they are wanted, ascending; length M.</param>
    /// <returns>By name, each [M, K].</returns>
    public virtual IReadOnlyDictionary<string, double[,]> PredictExtra(IReadOnlyList<int> steps) => new Dictionary<string, double[,]>();
}

/// <summary>Number formats of training.</summary>
public enum Precision
{
    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>IEEE double precision.</summary>
    Float64,

    /// <summary>
    /// Single precision, but for products of matrices, whose factors are rounded to TensorFloat-32 (10 bits of mantissa). CUDA only.
    /// </summary>
    Tf32,

    /// <summary>
    /// Single precision for parameters, gradients and optimizer, bfloat16 (7 bits of mantissa) for all that happens in between. Networks
    /// on CUDA only.
    /// </summary>
    Bfloat16,
}

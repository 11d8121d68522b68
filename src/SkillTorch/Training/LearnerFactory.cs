using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Makes the learner that fits the trials' kind of model.</summary>
internal static class LearnerFactory
{
    /// <summary>Checks, without making anything, that task, model, optimizer and training can work together.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>The trial.</returns>
    /// <exception cref="InvalidOptionException">They cannot.</exception>
    public static Trial Check(Trial trial)
    {
        if (trial.Model is NetworkOptions && trial.Task is not DataTaskOptions)
        {
            throw new InvalidOptionException(
                "task.kind",
                $"Got a task without data for the network `{Catalog.KindOf(trial.Model)}`; expected a task that draws samples, such as "
                    + $"sparse-parity."
            );
        }

        if (trial.Model is NetworkOptions or ObjectiveOptions && trial.Optimizer is null)
        {
            throw new InvalidOptionException(
                "optimizer",
                $"Got no `optimizer`; expected one, because `{Catalog.KindOf(trial.Model)}` has parameters to move."
            );
        }

        if (trial.Model is DynamicsOptions && trial.Training.LossShaping is { } shaping)
        {
            throw new InvalidOptionException(
                "training.lossShaping",
                $"Got `{Catalog.KindOf(shaping)}` for `training.lossShaping` with the model `{Catalog.KindOf(trial.Model)}`, which "
                    + $"follows its own dynamics and no gradient of a loss; expected none."
            );
        }

        trial.Training.SamplesAStep();
        if (trial.Model is GeometryOptions && trial.Optimizer?.GradientNoise is not null)
        {
            throw new InvalidOptionException(
                "optimizer.gradientNoise",
                "Got `optimizer.gradientNoise` with the model `geometry`; expected `model.gradientNoise`, which its aligned dimensions "
                    + "count."
            );
        }

        trial.Optimizer?.Over(trial.Training.Steps);
        return trial;
    }

    /// <summary>Makes the learner of a stack.</summary>
    /// <param name="trials">The trials of the stack.</param>
    /// <param name="device">Where it trains.</param>
    /// <param name="byTensors">See <see cref="TrainerOptions.ByTensors"/>.</param>
    public static Learner Create(IReadOnlyList<Trial> trials, Device device, bool byTensors)
    {
        var first = Check(trials[0]);
        CheckPrecision(first, device);
        var dtype = first.Training.Precision == Precision.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        if (device.type == DeviceType.CUDA)
            backends.cuda.matmul.allow_tf32 = first.Training.Precision == Precision.Tf32;
        IReadOnlyList<ulong> seeds = [.. trials.Select(t => t.Seed)];
        switch (first.Model)
        {
            case NetworkOptions network:
                var plan = new DataPlan(
                    first.Training.SamplesAStep(),
                    first.Training.DatasetSize,
                    first.Measure.Samples,
                    first.Training.Loss,
                    byTensors ? device : null
                );
                var task = ((DataTaskOptions)first.Task).Create([.. trials.Select(t => (DataTaskOptions)t.Task)], seeds, plan);
                var stack = network.Create([.. trials.Select(t => (NetworkOptions)t.Model)], seeds, task, dtype, device);
                Objective learned = byTensors
                    ? new DeviceNetworkObjective(task, stack, first.Training, trials.Count)
                    : new HostNetworkObjective(task, stack, first.Training, trials.Count);
                return CreateLearner(trials, learned, task.Frequencies);
            case ObjectiveOptions objective:
                var setup = new ObjectiveSetup(
                    [.. trials.Select(t => t.Model)],
                    [.. trials.Select(t => t.Task)],
                    seeds,
                    first.Training.Loss,
                    first.Training.BatchSize,
                    dtype,
                    device,
                    first.Training.LossShaping
                )
                {
                    ByTensors = byTensors,
                };
                return CreateLearner(trials, objective.Create(setup), TaskFrequencies(trials));
            case DynamicsOptions:
                return new DynamicsLearner(trials, first.Measure.MeasuredSteps(first.Training.Steps));
            default:
                throw new InvalidOptionException(
                    "model.kind",
                    $"Got `{Catalog.KindOf(first.Model)}` for `model.kind`, which is neither a network, an objective nor a dynamics."
                );
        }
    }

    private static void CheckPrecision(Trial trial, Device device)
    {
        var precision = trial.Training.Precision;
        if (precision is Precision.Tf32 or Precision.Bfloat16 && device.type != DeviceType.CUDA)
        {
            throw new InvalidOptionException(
                "training.precision",
                $"Got `{precision.ToString().ToLowerInvariant()}` for `training.precision` on the {device.type} device; expected "
                    + $"`float32` or `float64`, since only CUDA devices have it."
            );
        }

        if (precision == Precision.Bfloat16 && trial.Model is not NetworkOptions)
        {
            throw new InvalidOptionException(
                "training.precision",
                $"Got `bfloat16` for `training.precision` of the model `{Catalog.KindOf(trial.Model)}`; expected `float32` or "
                    + $"`float64`, since only networks have it."
            );
        }
    }

    public static double[,] TaskFrequencies(IReadOnlyList<Trial> trials)
    {
        var frequencies = new double[trials.Count, trials[0].Task.GetSkills().Count];
        for (var r = 0; r < trials.Count; r++)
        {
            foreach (var skill in trials[r].Task.GetSkills())
                frequencies[r, skill.Index - 1] = skill.Frequency;
        }

        return frequencies;
    }

    private static GradientLearner CreateLearner(IReadOnlyList<Trial> trials, Objective objective, double[,] frequencies)
    {
        OptimizerOptions[] options = [.. trials.Select(t => t.Optimizer!.Over(t.Training.Steps))];
        return new(
            objective,
            options[0].Create(options, objective.Parameters, objective.Layout, [.. trials.Select(t => t.Seed)]),
            frequencies
        );
    }
}

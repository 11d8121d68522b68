using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

/// <summary>Trains stacks of toy models and keeps their trajectories.</summary>
internal sealed class StackRunner : ITrainingObserver
{
    private readonly Trajectory?[] trajectories;

    private StackRunner(int count) => trajectories = new Trajectory?[count];

    public static Trial Trial(
        TaskOptions task,
        ModelOptions model,
        OptimizerOptions? optimizer,
        int steps,
        int? batch = null,
        LossKind loss = LossKind.Mse,
        ulong seed = 1,
        int every = 1,
        Precision precision = Precision.Float32
    ) =>
        new(
            task,
            model,
            optimizer,
            new()
            {
                Steps = steps,
                BatchSize = batch,
                Loss = loss,
                Precision = precision,
            },
            new() { Every = every },
            seed
        );

    public static Trajectory[] Train(params IReadOnlyList<Trial> trials)
    {
        var runner = new StackRunner(trials.Count);
        Trainer.Train(trials, new TrainerOptions(CPU), runner);
        return [.. runner.trajectories.Select(t => t!)];
    }

    public void OnProgress(int step, int steps) { }

    public void OnFinished(int index, Trajectory trajectory) => trajectories[index] = trajectory;

    public void OnFailed(int index, string message, Trajectory measured) => Assert.Fail(message);

    public void OnCheckpoint(int index, TrialCheckpoint checkpoint) { }
}

using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>Keeps all that a trainer reports.</summary>
internal sealed class Record : ITrainingObserver
{
    public List<(int Step, int Steps)> Progress { get; } = [];

    public Dictionary<int, Trajectory> Finished { get; } = [];

    public Dictionary<int, string> Failed { get; } = [];

    public List<(int Index, TrialCheckpoint Checkpoint)> Checkpoints { get; } = [];

    public Action<int> AtStep { get; init; } = _ => { };

    /// <summary>Trains a stack and stops it after a step.</summary>
    public static Record StopAt(IReadOnlyList<Trial> trials, int stop)
    {
        using var cancellation = new CancellationTokenSource();
        var record = new Record
        {
            AtStep = step =>
            {
                if (step == stop)
                    cancellation.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() =>
            Trainer.Train(trials, new TrainerOptions(CPU), record, cancellation: cancellation.Token)
        );
        return record;
    }

    public void OnProgress(int step, int steps)
    {
        Progress.Add((step, steps));
        AtStep(step);
    }

    public void OnFinished(int index, Trajectory trajectory) => Finished.Add(index, trajectory);

    public void OnFailed(int index, string message, Trajectory measured) => Failed.Add(index, message);

    public void OnCheckpoint(int index, TrialCheckpoint checkpoint) => Checkpoints.Add((index, checkpoint));
}

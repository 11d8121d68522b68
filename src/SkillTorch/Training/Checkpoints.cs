using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Hands a stack's state over trial by trial, and takes it back.</summary>
internal static class Checkpoints
{
    public static void Save(Learner learner, int step, Recorder recorder, ITrainingObserver observer)
    {
        foreach (var r in recorder.Alive)
        {
            var state = learner.State.ToDictionary(s => s.Key, s => ToArray(s.Value, r));
            observer.OnCheckpoint(r, new TrialCheckpoint(step, state, recorder.ReadTrajectory(r)));
        }
    }

    /// <exception cref="ArgumentException">The checkpoints do not belong to this stack.</exception>
    public static void Restore(Learner learner, IReadOnlyList<TrialCheckpoint> checkpoints)
    {
        using var noGrad = no_grad();
        for (var r = 0; r < checkpoints.Count; r++)
        {
            if (checkpoints[r].Step != checkpoints[0].Step)
            {
                throw new ArgumentException(
                    $"Got checkpoints at steps {checkpoints[0].Step} and {checkpoints[r].Step}; expected one step for a stack.",
                    nameof(checkpoints)
                );
            }

            foreach (var (name, stacked) in learner.State)
            {
                if (
                    !checkpoints[r].State.TryGetValue(name, out var saved)
                    || saved.Length != stacked.shape[1..].Aggregate(1L, (a, b) => a * b)
                )
                {
                    throw new ArgumentException(
                        $"Got a checkpoint without a matching `{name}`; expected the state of this trial.",
                        nameof(checkpoints)
                    );
                }

                using var row = stacked.select(0, r);
                using var values = saved is double[] doubles ? tensor(doubles) : tensor((float[])saved);
                row.copy_(values.view(row.shape));
            }
        }

        learner.Resume(checkpoints[0].Step);
    }

    private static Array ToArray(Tensor stacked, int replicate)
    {
        using var scope = NewDisposeScope();
        var row = stacked.select(0, replicate).detach().cpu().contiguous();
        return row.dtype == ScalarType.Float64 ? row.data<double>().ToArray() : row.data<float>().ToArray();
    }
}

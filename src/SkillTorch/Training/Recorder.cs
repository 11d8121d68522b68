using SkillTorch.Models;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Collects the measurements of a stack and notices trials whose numbers are no longer finite.</summary>
/// <remarks>
/// A device is not waited for at every measurement: they gather there and are fetched together. A trial that is found to have failed
/// then has failed at the step of the measurement that tells, and what was measured after it is not recorded.
/// </remarks>
internal sealed class Recorder : IDisposable
{
    // Measurements that gather on a device.
    private const int FetchEvery = 64;

    // Looking for numbers that are not finite costs a pass over all parameters.
    private const int LookEvery = 1000;

    private readonly int[] steps;
    private readonly Learner learner;
    private readonly ITrainingObserver observer;
    private readonly SkillMeasurement current;
    private readonly Trajectory[] trajectories;
    private readonly bool[] failed;
    private readonly List<(int Index, Tensor Measured)> gathered = [];
    private int next;

    public Recorder(int[] steps, Learner learner, int replicates, ITrainingObserver observer)
    {
        this.steps = steps;
        this.learner = learner;
        this.observer = observer;
        var skills = learner.Frequencies.GetLength(1);
        current = new SkillMeasurement(replicates, skills, learner.ExtraQuantities);
        failed = new bool[replicates];
        trajectories = [.. Enumerable.Range(0, replicates).Select(r => CreateEmpty(r, skills))];
    }

    public bool AllFailed => failed.All(f => f);

    /// <summary>Trials that are still trained, by index.</summary>
    public IEnumerable<int> Alive => Enumerable.Range(0, failed.Length).Where(r => !failed[r]);

    /// <summary>The next step to measure at; null if there is none.</summary>
    public int? Next => next < steps.Length ? steps[next] : null;

    public void MeasureIfDue(int step)
    {
        if (next >= steps.Length || steps[next] != step)
            return;
        if (learner.MeasureOnDevice(step) is { } measured)
        {
            gathered.Add((next++, measured));
            if (gathered.Count >= FetchEvery)
                Fetch();
            return;
        }

        learner.Measure(step, current);
        Keep(next++);
    }

    /// <summary>Fetches the measurements that have gathered on a device.</summary>
    public void Fetch()
    {
        if (gathered.Count == 0)
            return;
        using var scope = NewDisposeScope();
        var all = stack(gathered.Select(g => g.Measured)).cpu(); // [M, R, K, 3 + …]
        var values = all.data<double>().ToArray();
        var each = values.Length / gathered.Count;
        foreach (var (m, (index, _)) in gathered.Index())
        {
            current.Take(values.AsSpan(m * each, each));
            Keep(index);
        }

        Dispose();
    }

    /// <summary>Forgets the measurements that have gathered on a device.</summary>
    public void Dispose()
    {
        foreach (var (_, measured) in gathered)
            measured.Dispose();
        gathered.Clear();
    }

    private void Keep(int index)
    {
        foreach (var r in Alive.ToList())
        {
            var trajectory = trajectories[r];
            current.Loss.AsRow(r).CopyTo(trajectory.Loss.AsRow(index));
            current.Strength.AsRow(r).CopyTo(trajectory.Strength.AsRow(index));
            current.Accuracy.AsRow(r).CopyTo(trajectory.Accuracy.AsRow(index));
            foreach (var (name, values) in current.Extra)
                values.AsRow(r).CopyTo(trajectory.Extra[name].AsRow(index));
            FailIfNotFinite(r, steps[index], index + 1);
        }
    }

    /// <summary>Fails the trials whose parameters are no longer finite: one that is seldom measured need not train on for hours to
    /// tell.</summary>
    public void LookForDivergence(int step)
    {
        if (step % LookEvery != 0)
            return;
        Fetch();
        if (learner.Finite() is not { } finite || Alive.All(r => finite[r]))
            return;
        learner.Measure(step, current);
        foreach (var r in Alive.Where(r => !finite[r]).ToList())
            FailIfNotFinite(r, step, next);
    }

    /// <summary>The measurements of a trial so far.</summary>
    public Trajectory ReadTrajectory(int replicate) => Head(trajectories[replicate], next);

    public void Restore(IReadOnlyList<TrialCheckpoint> checkpoints)
    {
        next = checkpoints[0].Measured.Steps.Length;
        for (var r = 0; r < checkpoints.Count; r++)
        {
            var (from, to) = (checkpoints[r].Measured, trajectories[r]);
            Array.Copy(from.Loss, to.Loss, from.Loss.Length);
            Array.Copy(from.Strength, to.Strength, from.Strength.Length);
            Array.Copy(from.Accuracy, to.Accuracy, from.Accuracy.Length);
            foreach (var (name, values) in from.Extra)
                Array.Copy(values, to.Extra[name], values.Length);
        }
    }

    public void Finish()
    {
        Fetch();
        foreach (var r in Alive)
            observer.OnFinished(r, trajectories[r]);
    }

    private void FailIfNotFinite(int r, int step, int measured)
    {
        for (var k = 0; k < current.Loss.GetLength(1) && !failed[r]; k++)
        {
            if (!double.IsFinite(current.Loss[r, k]) || !double.IsFinite(current.Strength[r, k]))
            {
                failed[r] = true;
                observer.OnFailed(
                    r,
                    $"The loss of skill {k + 1} is not finite ({current.Loss[r, k]}) at step {step}; try a smaller learning rate.",
                    Head(trajectories[r], measured)
                );
            }
        }
    }

    private Trajectory CreateEmpty(int replicate, int skills) =>
        new(
            steps,
            [.. Enumerable.Range(0, skills).Select(k => learner.Frequencies[replicate, k])],
            new double[steps.Length, skills],
            new double[steps.Length, skills],
            new double[steps.Length, skills]
        )
        {
            Extra = learner.ExtraQuantities.ToDictionary(name => name, _ => new double[steps.Length, skills]),
        };

    private Trajectory Head(Trajectory whole, int count)
    {
        return new Trajectory(steps[..count], whole.Frequencies, Rows(whole.Loss), Rows(whole.Strength), Rows(whole.Accuracy))
        {
            Extra = whole.Extra.ToDictionary(e => e.Key, e => Rows(e.Value)),
        };

        double[,] Rows(double[,] all)
        {
            var rows = new double[count, all.GetLength(1)];
            Array.Copy(all, rows, rows.Length);
            return rows;
        }
    }
}

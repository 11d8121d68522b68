using SkillTorch.Models;
using SkillTorch.Tasks;

namespace SkillTorch.Training;

/// <summary>Collects the measurements of a stack and notices trials whose numbers are no longer finite.</summary>
internal sealed class Recorder
{
    // Looking for numbers that are not finite costs a pass over all parameters.
    private const int LookEvery = 1000;

    private readonly int[] steps;
    private readonly Learner learner;
    private readonly ITrainingObserver observer;
    private readonly SkillMeasurement current;
    private readonly Trajectory[] trajectories;
    private readonly bool[] failed;
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
        learner.Measure(step, current);
        foreach (var r in Alive.ToList())
        {
            var trajectory = trajectories[r];
            current.Loss.AsRow(r).CopyTo(trajectory.Loss.AsRow(next));
            current.Strength.AsRow(r).CopyTo(trajectory.Strength.AsRow(next));
            current.Accuracy.AsRow(r).CopyTo(trajectory.Accuracy.AsRow(next));
            foreach (var (name, values) in current.Extra)
                values.AsRow(r).CopyTo(trajectory.Extra[name].AsRow(next));
            FailIfNotFinite(r, step);
        }

        next++;
    }

    /// <summary>Fails the trials whose parameters are no longer finite: one that is seldom measured need not train on for hours to
    /// tell.</summary>
    public void LookForDivergence(int step)
    {
        if (step % LookEvery != 0 || learner.Finite() is not { } finite || Alive.All(r => finite[r]))
            return;
        learner.Measure(step, current);
        foreach (var r in Alive.Where(r => !finite[r]).ToList())
            FailIfNotFinite(r, step);
    }

    /// <summary>The measurements of a trial so far.</summary>
    public Trajectory ReadTrajectory(int replicate)
    {
        var whole = trajectories[replicate];
        return new Trajectory(steps[..next], whole.Frequencies, Head(whole.Loss), Head(whole.Strength), Head(whole.Accuracy))
        {
            Extra = whole.Extra.ToDictionary(e => e.Key, e => Head(e.Value)),
        };
    }

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
        foreach (var r in Alive)
            observer.OnFinished(r, trajectories[r]);
    }

    private void FailIfNotFinite(int r, int step)
    {
        for (var k = 0; k < current.Loss.GetLength(1) && !failed[r]; k++)
        {
            if (!double.IsFinite(current.Loss[r, k]) || !double.IsFinite(current.Strength[r, k]))
            {
                failed[r] = true;
                observer.OnFailed(
                    r,
                    $"The loss of skill {k + 1} is not finite ({current.Loss[r, k]}) at step {step}; try a smaller learning rate."
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

    private double[,] Head(double[,] whole)
    {
        var head = new double[next, whole.GetLength(1)];
        Array.Copy(whole, head, head.Length);
        return head;
    }
}

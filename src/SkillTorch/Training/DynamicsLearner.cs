using SkillTorch.Models;
using SkillTorch.Tasks;

namespace SkillTorch.Training;

/// <summary>Toy models that follow their own dynamics; the whole prediction is made at the start.</summary>
internal sealed class DynamicsLearner : Learner
{
    private readonly int[] steps;
    private readonly (double[,] Strength, double[,] Loss)[] predictions;
    private readonly IReadOnlyDictionary<string, double[,]>[] extra;

    public DynamicsLearner(IReadOnlyList<Trial> trials, IReadOnlyList<int> steps)
    {
        this.steps = [.. steps];
        Frequencies = LearnerFactory.TaskFrequencies(trials);
        predictions = [.. trials.Select(trial => ((DynamicsOptions)trial.Model).Predict(trial.Task, trial.Training.Loss, steps))];
        ExtraQuantities = trials[0].Model.ExtraQuantities;
        extra = [.. trials.Select(trial => ((DynamicsOptions)trial.Model).PredictExtra(steps))];
    }

    public override double[,] Frequencies { get; }

    public override IReadOnlyList<string> ExtraQuantities { get; }

    public override bool Updates => false;

    public override void Advance(int step) { }

    public override void Measure(int step, SkillMeasurement measurement)
    {
        var m = Array.BinarySearch(steps, step);
        for (var r = 0; r < predictions.Length; r++)
        {
            for (var k = 0; k < Frequencies.GetLength(1); k++)
            {
                measurement.Strength[r, k] = predictions[r].Strength[m, k];
                measurement.Loss[r, k] = predictions[r].Loss[m, k];
                foreach (var (name, values) in extra[r])
                    measurement.Extra[name][r, k] = values[m, k];
            }
        }
    }

    public override void Dispose() { }
}

using SkillTorch.Models;

namespace SkillTorch.Training;

/// <summary>The measurements of one trial: every skill at every measured step.</summary>
/// <param name="Steps">Measured steps in ascending order; a measurement at step t is made after t updates. Length M.</param>
/// <param name="Frequencies">Frequency p_i of each skill; length K.</param>
/// <param name="Loss">Skill losses [M, K]; NaN where a model has none.</param>
/// <param name="Strength">Skill strengths [M, K]: 0 at chance, 1 when mastered.</param>
/// <param name="Accuracy">Fraction of right answers [M, K]; NaN where a model has none.</param>
public sealed record Trajectory(int[] Steps, double[] Frequencies, double[,] Loss, double[,] Strength, double[,] Accuracy)
{
    /// <summary>Further quantities of each skill by column name, each [M, K]; e.g. the Geometry model's <c>alignedDimensions</c>.</summary>
    public IReadOnlyDictionary<string, double[,]> Extra { get; init; } = new Dictionary<string, double[,]>();

    /// <summary>Measurements of a trial that could not go on: NaN throughout, so that no skill is ever learned.</summary>
    /// <param name="trial">The trial's settings.</param>
    public static Trajectory Undefined(Trial trial)
    {
        var steps = trial.Measure.MeasuredSteps(trial.Training.Steps);
        double[] frequencies = [.. trial.Task.GetSkills().Select(s => s.Frequency)];
        double[,] Nothing()
        {
            var columns = new double[steps.Length, frequencies.Length];
            columns.AsFlat().Fill(double.NaN);
            return columns;
        }
        return new Trajectory(steps, frequencies, Nothing(), Nothing(), Nothing())
        {
            Extra = trial.Task.ExtraQuantities.Concat(trial.Model.ExtraQuantities).ToDictionary(name => name, _ => Nothing()),
        };
    }

    /// <summary>Number of skills K.</summary>
    public int Skills => Frequencies.Length;

    /// <summary>Total loss Σ_i p_i ℓ_i at each measured step, with the frequencies normalised to sum 1; length M.</summary>
    public double[] TotalLoss()
    {
        var norm = Frequencies.Sum();
        var total = new double[Steps.Length];
        for (var m = 0; m < total.Length; m++)
        {
            for (var k = 0; k < Skills; k++)
                total[m] += Frequencies[k] / norm * Loss[m, k];
        }

        return total;
    }
}

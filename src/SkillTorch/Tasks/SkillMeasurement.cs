using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>Every skill of a stack of R trials at one step.</summary>
/// <param name="replicates">Number of stacked trials R.</param>
/// <param name="skills">Number of skills K.</param>
/// <param name="extra">Names of further quantities.</param>
public sealed class SkillMeasurement(int replicates, int skills, IEnumerable<string>? extra = null)
{
    /// <summary>Skill losses [R, K].</summary>
    public double[,] Loss { get; } = NotMeasured(replicates, skills);

    /// <summary>Skill strengths [R, K]: 0 at chance, 1 when mastered.</summary>
    public double[,] Strength { get; } = NotMeasured(replicates, skills);

    /// <summary>Fraction of right answers [R, K]; NaN where the model gives no answers.</summary>
    public double[,] Accuracy { get; } = NotMeasured(replicates, skills);

    /// <summary>Further quantities by name, each [R, K].</summary>
    public IReadOnlyDictionary<string, double[,]> Extra { get; } =
        (extra ?? []).ToDictionary(name => name, _ => NotMeasured(replicates, skills));

    /// <summary>Takes a measurement from a device.</summary>
    /// <param name="measured">Loss, strength, accuracy and further quantities, float64 [R, K, 3 + …].</param>
    internal void Fetch(Tensor measured)
    {
        using var host = measured.to(ScalarType.Float64, CPU).contiguous();
        Take(host.data<double>().ToArray());
    }

    /// <summary>Takes a measurement.</summary>
    /// <param name="measured">Loss, strength, accuracy and further quantities, [R, K, 3 + …].</param>
    internal void Take(ReadOnlySpan<double> measured)
    {
        double[][,] quantities = [Loss, Strength, Accuracy, .. Extra.Values];
        var at = 0;
        for (var r = 0; r < replicates; r++)
        {
            for (var k = 0; k < skills; k++)
            {
                foreach (var quantity in quantities)
                    quantity[r, k] = measured[at++];
            }
        }
    }

    private static double[,] NotMeasured(int replicates, int skills)
    {
        var values = new double[replicates, skills];
        for (var r = 0; r < replicates; r++)
        {
            for (var k = 0; k < skills; k++)
                values[r, k] = double.NaN;
        }

        return values;
    }
}

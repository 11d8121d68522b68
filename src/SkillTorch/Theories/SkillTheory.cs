using System.Runtime.InteropServices;
using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>What a theory's prediction is a function of.</summary>
public enum Abscissa
{
    /// <summary>Training steps (optimizer updates done; 0 is the start).</summary>
    Steps,

    /// <summary>Number of training samples D.</summary>
    Samples,

    /// <summary>Number of basis functions or hidden units N.</summary>
    Parameters,
}

/// <summary>A parameter that a fit may vary, with the range in which a search makes sense.</summary>
/// <param name="Name">Name in a config, in camelCase.</param>
/// <param name="Value">Present value.</param>
/// <param name="Lower">Lower end of the search.</param>
/// <param name="Upper">Upper end of the search.</param>
/// <param name="Logarithmic">Whether the search runs over the logarithm.</param>
public sealed record TheoryParameter(string Name, double Value, double Lower, double Upper, bool Logarithmic = true);

/// <summary>
/// A theory of how K skills are learned: strength s_i (1 = mastered) and loss ℓ_i of every skill as a function of steps
/// (or of samples, or of network size: see <see cref="Abscissa"/>). Theories are immutable; a fit varies them through
/// <see cref="With"/>, and evaluates into its own buffers.
/// </summary>
public abstract record SkillTheory
{
    private readonly double[] frequencies;

    /// <summary>A theory over skills with frequencies <paramref name="frequencies"/> [K].</summary>
    /// <exception cref="ArgumentOutOfRangeException">No frequencies, or one that is negative or not finite.</exception>
    protected SkillTheory(IReadOnlyList<double> frequencies) => this.frequencies = SkillFrequencies.Explicit(frequencies);

    /// <summary>The theory's name in configs and tables.</summary>
    public abstract string Name { get; }

    /// <summary>What the prediction is a function of.</summary>
    public virtual Abscissa Abscissa => Abscissa.Steps;

    /// <summary>Number of skills K.</summary>
    public int Skills => frequencies.Length;

    /// <summary>Frequencies p [K].</summary>
    public IReadOnlyList<double> Frequencies => frequencies;

    /// <summary>The parameters that a fit may vary.</summary>
    public abstract IReadOnlyList<TheoryParameter> Parameters { get; }

    /// <summary>Frequencies p [K], for inner loops.</summary>
    protected ReadOnlySpan<double> P => frequencies;

    /// <summary>The same theory with one parameter changed.</summary>
    /// <param name="parameter">A name of <see cref="Parameters"/>.</param>
    /// <param name="value">Its new value.</param>
    /// <exception cref="ArgumentOutOfRangeException">Unknown name, or a value outside the parameter's domain.</exception>
    public abstract SkillTheory With(string parameter, double value);

    /// <summary>Strength of every skill, written row by row.</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    /// <param name="strength">Destination [T·K], row-major: the K skills of the first step come first.</param>
    public abstract void Strength(ReadOnlySpan<double> at, Span<double> strength);

    /// <summary>Loss ℓ of every skill, written row by row; (1 − s)² times <see cref="LossScale"/> unless a theory says otherwise.</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    /// <param name="loss">Destination [T·K], row-major.</param>
    public virtual void Loss(ReadOnlySpan<double> at, Span<double> loss)
    {
        Strength(at, loss);
        foreach (ref double value in loss)
        {
            value = LossScale * (1 - value) * (1 - value);
        }
    }

    /// <summary>Strength of every skill [T, K].</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    public double[,] Strength(ReadOnlySpan<double> at)
    {
        var strength = new double[at.Length, Skills];
        Strength(at, Flat(strength));
        return strength;
    }

    /// <summary>Loss of every skill [T, K].</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    public double[,] Loss(ReadOnlySpan<double> at)
    {
        var loss = new double[at.Length, Skills];
        Loss(at, Flat(loss));
        return loss;
    }

    /// <summary>Total loss Σ_i p_i ℓ_i [T].</summary>
    /// <param name="at">Steps (or samples, or parameters) [T].</param>
    public double[] TotalLoss(ReadOnlySpan<double> at)
    {
        double[,] loss = Loss(at);
        var total = new double[at.Length];
        for (int t = 0; t < total.Length; t++)
        {
            for (int i = 0; i < Skills; i++)
            {
                total[t] += frequencies[i] * loss[t, i];
            }
        }

        return total;
    }

    /// <summary>Loss of a skill of strength 0: 1 for the (1 − s)² of arXiv 2501.12391, S²/2 for the ½(S − R)² of arXiv 2404.17563.</summary>
    protected virtual double LossScale => 1;

    /// <summary>The matrix's values as one row-major span.</summary>
    private protected static Span<double> Flat(double[,] matrix) =>
        matrix.Length == 0 ? [] : MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length);

    /// <summary>Checks that a destination holds T·K values.</summary>
    private protected void CheckLength(ReadOnlySpan<double> at, Span<double> destination)
    {
        if (destination.Length != at.Length * Skills)
        {
            throw Require.OutOfRange(destination.Length, "destination.Length", $"{at.Length} steps × {Skills} skills = {at.Length * Skills}");
        }
    }

    /// <summary>The error for a parameter that the theory does not have.</summary>
    private protected ArgumentOutOfRangeException Unknown(string parameter) =>
        Require.OutOfRange($"\"{parameter}\"", "parameter", $"one of {string.Join(", ", Parameters.Select(p => p.Name))}, the parameters of the {Name} theory");
}

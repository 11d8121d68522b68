using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace SkillTorch.Theories;

/// <summary>
/// The modes of a two-layer linear network under gradient flow (Saxe, McClelland and Ganguli 2014, arXiv 1312.6120, as in
/// arXiv 2404.17563): a mode of singular value λ grows as
/// <code>
/// a b / λ = 1 / (1 + (λ/(a(0) b(0)) − 1) e^(−2 η λ t)),   loss ½ (λ − a b)²
/// </code>
/// The task gives the number of modes; its frequencies play no part, all modes count the same. Fits initialProduct, learningRate.
/// </summary>
/// <remarks>arXiv:1312.6120, as in arXiv:2404.17563 (nam-fig05: λ = 1, 0.5, 0.25).</remarks>
[Kind("two-layer-linear")]
public sealed record TwoLayerLinearModes : SkillTheory
{
    /// <summary>The modes of singular values that are yet to be given.</summary>
    public TwoLayerLinearModes() { }

    /// <summary>Modes of singular values λ [K], each above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No modes.</exception>
    [SetsRequiredMembers]
    public TwoLayerLinearModes(IReadOnlyList<double> singularValues)
        : base([.. singularValues.Select(_ => 1.0)]) => SingularValues = singularValues;

    /// <summary>Singular values λ of the target; one for each skill of the task.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public required IReadOnlyList<double> SingularValues { get; init; } = [];

    /// <summary>a(0)·b(0), the same for all modes, below the smallest singular value.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-12, 0.5)]
    public double InitialProduct { get; init; } = 1e-3;

    /// <summary>Learning rate η.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-7, 1e2)]
    public double LearningRate { get; init; } = 1;

    /// <inheritdoc/>
    public override Models.ModelConstants Constants => new(LearningRate: LearningRate);

    /// <inheritdoc/>
    protected override SkillTheory Complete(TheorySetting setting) =>
        SingularValues.Count == Skills
            ? this with
            {
                Frequencies = [.. SingularValues.Select(_ => 1.0)],
            }
            : throw new InvalidOptionException(
                setting.Path("singularValues"),
                $"Got {SingularValues.Count} numbers for `{setting.Path("singularValues")}`; expected {Skills}, one for each skill "
                    + "of the task."
            );

    /// <inheritdoc/>
    protected override double FitUnit(string parameter) => parameter == "initialProduct" ? SingularValues.Min() : 1;

    /// <inheritdoc/>
    protected override double OwnChanceLoss(int skill) => 0.5 * SingularValues[skill] * SingularValues[skill];

    /// <summary>Strength a b / λ of every mode.</summary>
    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        if (InitialProduct >= SingularValues.Min())
        {
            throw Require.OutOfRange(
                InitialProduct,
                "initialProduct",
                $"a number above 0 and below the smallest singular value, {SingularValues.Min()}"
            );
        }

        for (var t = 0; t < at.Length; t++)
        {
            for (var k = 0; k < Skills; k++)
                strength[(t * Skills) + k] = 1 / (1 + Odds(k, at[t]));
        }
    }

    /// <summary>Loss ½ (λ − a b)² of every mode.</summary>
    /// <inheritdoc/>
    protected override void PredictLoss(ReadOnlySpan<double> at, Span<double> loss)
    {
        PredictStrength(at, loss); // for its checks
        for (var t = 0; t < at.Length; t++)
        {
            for (var k = 0; k < Skills; k++)
            {
                var odds = Odds(k, at[t]);
                loss[(t * Skills) + k] = ChanceLoss(k) * Math.Pow(odds / (1 + odds), 2);
            }
        }
    }

    /// <summary>λ/(a b) − 1.</summary>
    private double Odds(int mode, double time)
    {
        var lambda = SingularValues[mode];
        return ((lambda / InitialProduct) - 1) * Math.Exp(-2 * LearningRate * lambda * time);
    }
}

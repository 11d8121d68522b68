namespace SkillTorch.Theories;

/// <summary>
/// The modes of a two-layer linear network under gradient flow (Saxe, McClelland and Ganguli 2014, arXiv 1312.6120, as in
/// arXiv 2404.17563): a mode of singular value λ grows as
/// <code>
/// a b / λ = 1 / (1 + (λ/(a(0) b(0)) − 1) e^(−2 η λ t)),   loss ½ (λ − a b)²
/// </code>
/// All modes count the same: their frequencies are 1.
/// </summary>
public sealed record TwoLayerLinearModes : SkillTheory
{
    private readonly double[] singularValues;

    /// <summary>Modes of singular values λ [K], each above 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No modes, or one that is not above 0.</exception>
    public TwoLayerLinearModes(IReadOnlyList<double> singularValues)
        : base([.. singularValues.Select(_ => 1.0)]) =>
        this.singularValues = [.. singularValues.Select(l => Require.Positive(l, "singularValues"))];

    /// <inheritdoc/>
    public override string Name => "two-layer-linear";

    /// <summary>λ [K].</summary>
    public IReadOnlyList<double> SingularValues => singularValues;

    /// <summary>a(0) b(0), the same for all modes, below the smallest λ.</summary>
    public double InitialProduct { get; init => field = Require.Positive(value, "initialProduct"); } = 1e-3;

    /// <summary>η.</summary>
    public double LearningRate { get; init => field = Require.Positive(value, "learningRate"); } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters =>
        [new("initialProduct", InitialProduct, 1e-12, 0.5 * singularValues.Min()), new("learningRate", LearningRate, 1e-7, 1e2)];

    /// <inheritdoc/>
    public override TwoLayerLinearModes With(string parameter, double value) => parameter switch
    {
        "initialProduct" => this with { InitialProduct = value },
        "learningRate" => this with { LearningRate = value },
        _ => throw Unknown(parameter),
    };

    /// <summary>Strength a b / λ of every mode.</summary>
    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength) => Evaluate(at, strength, (odds, _) => 1 / (1 + odds));

    /// <summary>Loss ½ (λ − a b)² of every mode.</summary>
    /// <inheritdoc/>
    public override void Loss(ReadOnlySpan<double> at, Span<double> loss) =>
        Evaluate(at, loss, (odds, lambda) => 0.5 * Math.Pow(lambda * odds / (1 + odds), 2));

    private void Evaluate(ReadOnlySpan<double> at, Span<double> values, Func<double, double, double> value)
    {
        CheckLength(at, values);
        if (InitialProduct >= singularValues.Min())
        {
            throw Require.OutOfRange(InitialProduct, "initialProduct", $"a number above 0 and below the smallest singular value, {singularValues.Min()}");
        }

        for (int t = 0; t < at.Length; t++)
        {
            Require.NonNegative(at[t], "steps");
            for (int k = 0; k < Skills; k++)
            {
                double lambda = singularValues[k];
                double odds = ((lambda / InitialProduct) - 1) * Math.Exp(-2 * LearningRate * lambda * at[t]);
                values[(t * Skills) + k] = value(odds, lambda);
            }
        }
    }
}

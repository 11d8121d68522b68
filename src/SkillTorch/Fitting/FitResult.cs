using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>A theory's parameters from measurements, and how well the curves agree.</summary>
/// <param name="Place">
/// Its case and sweep value, and the replicate where the theory depends on the draw of the task; else the fit is over all replicates.
/// </param>
/// <param name="Theory">The theory's label.</param>
/// <param name="Parameters">All parameters of the theory, fitted or not.</param>
/// <param name="R2">Coefficient of determination of skill strength over steps and skills; may be negative.</param>
/// <param name="Rmse">Root mean squared error of skill strength.</param>
/// <param name="Aic">Akaike's information criterion for Gaussian errors: n ln(RSS/n) + 2k, k fitted parameters.</param>
/// <param name="Points">Number n of strengths compared.</param>
public sealed record FitResult(
    Place Place,
    string Theory,
    IReadOnlyList<FittedParameter> Parameters,
    double R2,
    double Rmse,
    double Aic,
    int Points
) : Placed(Place)
{
    /// <summary>What the reader must know of this fit, e.g. a parameter at the edge of its range; null if nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>One parameter of a fit.</summary>
/// <param name="Name">The parameter's name as in the configuration, e.g. <c>n0</c>.</param>
/// <param name="Value">Best value.</param>
/// <param name="Low">Lower end of the 95 % interval; equals the value where the parameter is not fitted.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="Fitted">Whether the parameter was fitted, not configured or derived.</param>
public sealed record FittedParameter(string Name, double Value, double Low, double High, bool Fitted);

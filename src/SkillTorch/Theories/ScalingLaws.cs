using MathNet.Numerics;
using MathNet.Numerics.Optimization;
using SkillTorch.Numerics;

namespace SkillTorch.Theories;

/// <summary>
/// The scaling laws of the multilinear model with skill frequencies P(k) = k^(−(α+1))/ζ(α+1), each with its prefactor
/// computed (ζ by Euler–Maclaurin, integrals by adaptive Gauss–Kronrod quadrature to 1e-12, Γ by MathNet.Numerics).
/// <code>
/// time        L = A_T T^(−α/(α+1))        data     L = A_D D^(−α/(α+1))
/// parameters  L = A_N N^(−α)              compute  L = A_C C^(−α/(α+2)),  C = N T
/// </code>
/// Source: arXiv 2404.17563, section on scaling laws and its appendix on prefactors. The sums that these laws approximate:
/// <see cref="SkillSums"/>.
/// </summary>
public sealed class ScalingLaws
{
    private readonly double zeta;
    private readonly Lazy<double> integral;
    private readonly Lazy<(double Lambda, double Value)> optimum;

    /// <summary>The laws at exponent α.</summary>
    /// <param name="alpha">α, above 0: P(k) ∝ k^(−(α+1)).</param>
    /// <param name="targetScale">S.</param>
    /// <param name="initialStrength">r = R_k(0), in (0, S).</param>
    /// <param name="learningRate">η, for gradient flow of the loss with ½.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value outside its domain.</exception>
    public ScalingLaws(double alpha, double targetScale = 1, double initialStrength = 0.01, double learningRate = 1)
    {
        Alpha = Require.Positive(alpha, nameof(alpha));
        TargetScale = Require.Positive(targetScale, nameof(targetScale));
        InitialStrength = Require.Open(initialStrength, 0, targetScale, nameof(initialStrength));
        LearningRate = Require.Positive(learningRate, nameof(learningRate));
        zeta = Special.Zeta(alpha + 1);
        integral = new(() => Integral(0));
        optimum = new(Optimise);
    }

    /// <summary>α.</summary>
    public double Alpha { get; }

    /// <summary>S.</summary>
    public double TargetScale { get; }

    /// <summary>r = R_k(0).</summary>
    public double InitialStrength { get; }

    /// <summary>η.</summary>
    public double LearningRate { get; }

    /// <summary>Exponent of the time law, α/(α+1): loss ∝ T to minus this.</summary>
    public double TimeExponent => Alpha / (Alpha + 1);

    /// <summary>Exponent of the data law, α/(α+1).</summary>
    public double DataExponent => Alpha / (Alpha + 1);

    /// <summary>Exponent of the parameter law, α.</summary>
    public double ParameterExponent => Alpha;

    /// <summary>Exponent of the compute law, α/(α+2).</summary>
    public double ComputeExponent => Alpha / (Alpha + 2);

    /// <summary>A_T = (S²/2) ζ^(−1/(α+1)) / ((α+1)(ηS)^(α/(α+1))) ∫_0^∞ u^(−1/(α+1)) / (1 + (S/r − 1)^(−1) e^(2u))² du.</summary>
    public double TimePrefactor => TimePrefactorAt(1 / zeta);

    /// <summary>A_D = (S²/2) ζ^(−1/(α+1)) / (α+1) · Γ(α/(α+1)).</summary>
    public double DataPrefactor => HalfSquare * Math.Pow(zeta, -1 / (Alpha + 1)) / (Alpha + 1) * SpecialFunctions.Gamma(DataExponent);

    /// <summary>A_N = S² / (2 α ζ(α+1)).</summary>
    public double ParameterPrefactor => HalfSquare / (Alpha * zeta);

    /// <summary>A_C = min over λ of A(λ^((α+2)/(α+1))) λ^(α/(α+1)) (ηS)^(−α/(α+2)).</summary>
    public double ComputePrefactor => optimum.Value.Value * Math.Pow(LearningRate * TargetScale, -ComputeExponent);

    /// <summary>The λ of the compute-optimal allocation.</summary>
    public double OptimalLambda => optimum.Value.Lambda;

    /// <summary>Time law at T steps (D, N → ∞).</summary>
    public double TimeLaw(double steps) => TimePrefactor * Math.Pow(Require.Positive(steps, nameof(steps)), -TimeExponent);

    /// <summary>Data law at D samples (N, T → ∞).</summary>
    public double DataLaw(double samples) => DataPrefactor * Math.Pow(Require.Positive(samples, nameof(samples)), -DataExponent);

    /// <summary>Parameter law at N basis functions (T, D → ∞).</summary>
    public double ParameterLaw(double parameters) =>
        ParameterPrefactor * Math.Pow(Require.Positive(parameters, nameof(parameters)), -ParameterExponent);

    /// <summary>Compute law at C = N·T, allocated optimally (D → ∞).</summary>
    public double ComputeLaw(double compute) => ComputePrefactor * Math.Pow(Require.Positive(compute, nameof(compute)), -ComputeExponent);

    /// <summary>Compute-optimal number of basis functions, N = λ (ηSC)^(1/(α+2)).</summary>
    public double OptimalParameters(double compute) =>
        OptimalLambda * Math.Pow(LearningRate * TargetScale * Require.Positive(compute, nameof(compute)), 1 / (Alpha + 2));

    /// <summary>Compute-optimal number of steps, T = λ^(−1) (ηSC)^((α+1)/(α+2)) / (ηS); N·T = C.</summary>
    public double OptimalSteps(double compute) => compute / OptimalParameters(compute);

    /// <summary>
    /// Loss when data and parameters are comparable (T → ∞):
    /// D^(−α/(α+1)) [ (S−r)² ζ^(−1/(α+1)) / (2(α+1)) Γ(α/(α+1), D/(N^(α+1) ζ)) + S² (D/N^(α+1))^(α/(α+1)) / (2αζ) ].
    /// </summary>
    /// <param name="samples">D.</param>
    /// <param name="parameters">N.</param>
    public double MixedLaw(double samples, double parameters)
    {
        Require.Positive(samples, nameof(samples));
        var scarcity = samples / Math.Pow(Require.Positive(parameters, nameof(parameters)), Alpha + 1);
        var learnable =
            Math.Pow(TargetScale - InitialStrength, 2)
            * Math.Pow(zeta, -1 / (Alpha + 1))
            / (2 * (Alpha + 1))
            * SpecialFunctions.GammaUpperIncomplete(DataExponent, scarcity / zeta);
        return (Math.Pow(samples, -DataExponent) * learnable) + ParameterLaw(parameters);
    }

    /// <summary>
    /// Time law for finitely many skills, the solution of dL/dT = −(α/(α+1)) (L + L_C)/T with L_C = S² A N^(−α)/(2α) and A the
    /// normalisation of P over N skills: L = A_T T^(−α/(α+1)) − L_C, with A in place of 1/ζ in A_T. It ends where it turns
    /// negative, at T of the order of N^(α+1), where the last skill is being learned and the loss falls exponentially.
    /// </summary>
    /// <param name="steps">T, each above 0.</param>
    /// <param name="skills">N.</param>
    public double[] CorrectedTimeLaw(ReadOnlySpan<double> steps, int skills)
    {
        (var prefactor, var tail) = CorrectedTimeParameters(skills);
        var loss = new double[steps.Length];
        for (var i = 0; i < loss.Length; i++)
        {
            loss[i] = (prefactor * Math.Pow(Require.Positive(steps[i], nameof(steps)), -TimeExponent)) - tail;
        }

        return loss;
    }

    /// <summary>A_T with the normalisation over N skills, and L_C, of <see cref="CorrectedTimeLaw"/>.</summary>
    /// <param name="skills">N.</param>
    public (double Prefactor, double TailLoss) CorrectedTimeParameters(int skills)
    {
        var normalisation = 1 / SpecialFunctions.GeneralHarmonic(Require.AtLeast(skills, 1, nameof(skills)), Alpha + 1);
        return (TimePrefactorAt(normalisation), HalfSquare * normalisation * Math.Pow(skills, -Alpha) / Alpha);
    }

    private double HalfSquare => TargetScale * TargetScale / 2;

    private double TimePrefactorAt(double normalisation) =>
        HalfSquare
        * Math.Pow(normalisation, 1 / (Alpha + 1))
        / ((Alpha + 1) * Math.Pow(LearningRate * TargetScale, TimeExponent))
        * integral.Value;

    /// <summary>
    /// ∫_lower^∞ u^(−1/(α+1)) / (1 + κ e^(2u))² du, κ = (S/r − 1)^(−1). With u = v^m, m = (α+1)/α, the integrable
    /// singularity at 0 vanishes: the integrand becomes m / (1 + κ e^(2 v^m))².
    /// </summary>
    private double Integral(double lower)
    {
        var kappa = 1 / ((TargetScale / InitialStrength) - 1);
        var m = (Alpha + 1) / Alpha;
        var transition = Math.Max(0, -0.5 * Math.Log(kappa)); // where κ e^(2u) = 1
        double Integrand(double v) => m / Math.Pow(1 + (kappa * Math.Exp(2 * Math.Pow(v, m))), 2);

        // Beyond transition + 20 the integrand is below e^(−80). Pieces keep each sharp feature inside a short interval.
        double[] features = [0.5 * transition, transition, transition + 1, transition + 4, transition + 20];
        double[] knots = [lower, .. features.Where(u => u > lower)];
        double sum = 0;
        for (var i = 1; i < knots.Length; i++)
        {
            sum += Integrate.GaussKronrod(Integrand, Math.Pow(knots[i - 1], 1 / m), Math.Pow(knots[i], 1 / m), 1e-12, 20, 31);
        }

        return sum;
    }

    /// <summary>(λ, A(λ^((α+2)/(α+1))) λ^(α/(α+1))) at its minimum: a coarse scan brackets it, golden sections refine it.</summary>
    private (double Lambda, double Value) Optimise()
    {
        double Loss(double logLambda)
        {
            var lambda = Math.Exp(logLambda);
            var ratio = Math.Pow(lambda, (Alpha + 2) / (Alpha + 1)); // N / (ηST)^(1/(α+1))
            var learned = HalfSquare * Math.Pow(zeta, -1 / (Alpha + 1)) / (Alpha + 1) * Integral(Math.Pow(ratio, -(Alpha + 1)) / zeta);
            return (learned + (HalfSquare * Math.Pow(ratio, -Alpha) / (Alpha * zeta))) * Math.Pow(lambda, TimeExponent);
        }

        const double width = 0.25;
        var best = Generate.LinearRange(-12, width, 12).MinBy(Loss);
        var search = GoldenSectionMinimizer.Minimum(ObjectiveFunction.ScalarValue(Loss), best - width, best + width, 1e-8, 1000);
        var minimum = search.MinimizingPoint;
        return (Math.Exp(minimum), Loss(minimum));
    }
}

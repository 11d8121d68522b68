namespace SkillTorch.Optimizers;

/// <summary>
/// Numbers that an update rule treats alike: a few components in a vector register, or all of them in a tensor. A rule that is
/// written over this interface is one piece of source and runs, without temporaries, on the CPU, and as tensor operations on
/// every other device.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface INumbers<TSelf>
    where TSelf : struct, INumbers<TSelf>
{
    /// <summary>Sum of each pair.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>Difference of each pair.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>Product of each pair.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Quotient of each pair.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Square root of each number.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>Magnitude of each number.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>−1, 0 or 1 for each number.</summary>
    static abstract TSelf Sign(TSelf a);

    /// <summary>The greater of each pair.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller of each pair.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);
}

/// <summary>
/// What an update rule remembers of the same components: up to four numbers of each, which a rule names by references to these
/// fields. They are fields so that they stay in registers.
/// </summary>
/// <typeparam name="V">Components in a register or a tensor.</typeparam>
public struct RuleState<V>
    where V : struct, INumbers<V>
{
    /// <summary>The first of <see cref="IUpdateRule.State"/>.</summary>
    public V First;

    /// <summary>The second.</summary>
    public V Second;

    /// <summary>The third.</summary>
    public V Third;

    /// <summary>The fourth.</summary>
    public V Fourth;
}

/// <summary>The equations of an optimizer that moves each component by itself.</summary>
public interface IUpdateRule
{
    /// <summary>Names of the numbers that are remembered for each component, all 0 at the start; at most four.</summary>
    IReadOnlyList<string> State { get; }

    /// <summary>
    /// Number of coefficients of each trial: hyperparameters, and what follows from them and the step. An optimizer names their places
    /// by constants.
    /// </summary>
    int Coefficients { get; }

    /// <summary>One update.</summary>
    /// <typeparam name="V">Components in a register or a tensor.</typeparam>
    /// <param name="parameter">θ; to be changed.</param>
    /// <param name="gradient">g.</param>
    /// <param name="state">What is remembered, in the order of <see cref="State"/>; to be changed.</param>
    /// <param name="coefficients">The trial's coefficients, as <see cref="ElementwiseOptimizer{TRule}.FillCoefficients"/> gave
    /// them.</param>
    void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
        where V : struct, INumbers<V>;
}

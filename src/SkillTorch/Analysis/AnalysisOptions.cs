namespace SkillTorch.Analysis;

/// <summary>An entry of the <c>analyses</c> section: a named quantity of a run.</summary>
/// <remarks>
/// Two conventions hold for every kind. +∞ means "not reached": a skill that is never learned is learned at step +∞,
/// which a median orders rightly. NaN means "not defined", e.g. ∞/∞ or the logarithm of zero, and never disappears in
/// an average: what is computed from NaN is NaN.
/// </remarks>
[Family("analysis", "analyses", 5)]
public abstract record AnalysisOptions
{
    /// <summary>Name of the quantity in <c>analyses.csv</c>, in claims, in figures and in later analyses.</summary>
    public required string Name { get; init; }

    /// <summary>Labels of the cases to analyse; null means every case.</summary>
    public IReadOnlyList<string>? Cases { get; init; }

    /// <summary>Computes the quantity.</summary>
    /// <param name="run">Measurements, theories and fits, restricted to <see cref="Cases"/>; and the values of all earlier
    /// analyses.</param>
    /// <returns>One value a replicate, or one a case or sweep where the quantity needs several trials.</returns>
    /// <exception cref="InvalidOptionException">An option names something that the run does not have.</exception>
    public abstract IEnumerable<AnalysisValue> Evaluate(RunData run);

    /// <summary>Checks the options against what an experiment will have, before it is trained.</summary>
    /// <param name="plan">Cases, sweep keys, skills, theories and earlier analyses.</param>
    /// <exception cref="InvalidOptionException">An option is out of range or names something that the experiment does not have.</exception>
    public virtual void Validate(AnalysisPlan plan)
    {
        foreach (var label in Cases ?? [])
            Require(plan.Cases.Contains(label), "cases", label, Choice("one of the cases", plan.Cases));
    }

    /// <summary>Names of quantities that a report shows with this analysis, and that need not stand there twice.</summary>
    protected internal virtual IEnumerable<string> Shown => [];

    /// <summary>Values of an earlier analysis, restricted to <see cref="Cases"/>; values that span cases are kept.</summary>
    protected internal IEnumerable<AnalysisValue> ValuesOf(RunData run, string name) =>
        run.Values.Where(v => v.Name == name && (Cases is null || v.Case == "" || Cases.Contains(v.Case)));

    /// <summary>Stops with a sentence unless a condition holds.</summary>
    protected internal void Require(bool holds, string option, object? found, string expected)
    {
        if (!holds)
        {
            throw new InvalidOptionException(
                $"analyses.{Name}.{option}",
                FormattableString.Invariant($"Got {found ?? "null"} for `analyses.{Name}.{option}`; expected {expected}.")
            );
        }
    }

    /// <summary>Requires the name of an analysis listed before this one.</summary>
    protected internal void RequireEarlier(AnalysisPlan plan, string option, string found) =>
        Require(plan.Analyses.Contains(found), option, found, Choice("the name of an analysis listed before this one", plan.Analyses));

    /// <summary>Requires the label of one of the experiment's theories.</summary>
    protected internal void RequireTheory(AnalysisPlan plan, string option, string found) =>
        Require(plan.Theories.Contains(found), option, found, Choice("the label of one of the theories", plan.Theories));

    /// <summary>Requires that a window's ends are in order.</summary>
    protected internal void RequireWindow(double? from, double? to, double lowest)
    {
        Require(!(from < lowest), "from", from, FormattableString.Invariant($"at least {lowest}"));
        Require(!(to < (from ?? lowest)), "to", to, FormattableString.Invariant($"at least {from ?? lowest}"));
    }

    /// <summary>Words for "one of these".</summary>
    protected internal static string Choice(string what, IEnumerable<string> names)
    {
        var listed = string.Join(", ", names);
        return listed == "" ? $"{what} (there are none)" : $"{what} ({listed})";
    }
}

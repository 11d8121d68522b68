namespace SkillTorch.Analysis;

/// <summary>What one seed says of a claim.</summary>
/// <param name="Value">The number; NaN if there is none.</param>
/// <param name="Verdict">Whether it lies in the claim's interval.</param>
/// <param name="Note">What the reader must know of the value; null if nothing.</param>
/// <param name="Interval">The value's confidence interval; null if it has none.</param>
internal readonly record struct ClaimOutcome(double Value, Verdict Verdict, string? Note, ConfidenceInterval? Interval = null)
{
    /// <summary>Judges a claim by its number alone.</summary>
    /// <param name="claim">A claim over no lists.</param>
    /// <param name="values">Values of the experiment's analyses.</param>
    public static ClaimOutcome Judge(ClaimOptions claim, IReadOnlyList<AnalysisValue> values)
    {
        AnalysisValue[] chosen = [.. values.Where(v => Selects(claim, v))];
        var outcome = Judge(claim, Array.ConvertAll(chosen, v => v.Value));
        return chosen is [{ Low: { } low, High: { } high }] && !double.IsNaN(low) && !double.IsNaN(high)
            ? outcome with
            {
                Interval = new ConfidenceInterval(low, high),
            }
            : outcome;
    }

    /// <summary>The same, judged by the value's interval where it has one.</summary>
    public ClaimOutcome ByInterval(ClaimOptions claim)
    {
        var (low, high) = (claim.Within![0], claim.Within[1]);
        var isSure =
            Interval is not { } interval
            || low == high
            || Verdict switch
            {
                Verdict.Holds => interval.LiesWithin(low, high),
                Verdict.Fails => interval.LiesOutside(low, high),
                _ => true,
            };
        return isSure
            ? this
            : this with
            {
                Verdict = Verdict.Uncertain,
                Note = "The value's confidence interval reaches over an end of what is expected.",
            };
    }

    private static bool Selects(ClaimOptions claim, AnalysisValue value) =>
        value.Name == claim.Quantity
        && (claim.Case is null || value.Case == claim.Case)
        && (claim.Skill is null || value.Skill == claim.Skill)
        && value.Sweep.Matches(claim.At);

    private static ClaimOutcome Judge(ClaimOptions claim, double[] values)
    {
        double? low = claim.Within![0],
            high = claim.Within[1];
        var undefined = values.Count(double.IsNaN);
        if (values.Length == 0)
            return Unmeasured($"The run has no values of {claim.Quantity}{Where(claim)}.");
        if (undefined == values.Length)
            return Unmeasured($"All {values.Length} value(s) of {claim.Quantity}{Where(claim)} are undefined.");

        var least = With(double.NegativeInfinity);
        var most = With(double.PositiveInfinity);
        var value = SampleStatistics.Reduce(values.Where(v => !double.IsNaN(v)), claim.Aggregate);
        var note = undefined == 0 ? null : $"{undefined} of {values.Length} values are undefined";
        if (least >= (low ?? double.MinValue) && most <= (high ?? double.MaxValue))
            return new(value, Verdict.Holds, note is null ? null : $"{note}; the claim holds wherever they lie.");
        if (most < low || least > high || (undefined == 0 && double.IsInfinity(value)))
        {
            return double.IsInfinity(value)
                ? new(
                    value,
                    Verdict.Fails,
                    $"The {claim.Aggregate.ToString().ToLowerInvariant()} is infinite: a threshold is not reached within the run."
                )
                : new(value, Verdict.Fails, note is null ? null : $"{note}; the claim fails wherever they lie.");
        }

        return new(value, Verdict.NotMeasured, $"{note}, and the verdict hangs on them.");

        double With(double stand) => SampleStatistics.Reduce(values.Select(v => double.IsNaN(v) ? stand : v), claim.Aggregate);
        static ClaimOutcome Unmeasured(string note) => new(double.NaN, Verdict.NotMeasured, note);
    }

    private static string Where(ClaimOptions claim)
    {
        string[] parts =
        [
            .. claim.Case is null ? [] : new[] { $"in case {claim.Case}" },
            .. claim.Skill is null ? [] : new[] { $"for skill {claim.Skill}" },
            .. claim.At.Select(a => FormattableString.Invariant($"at {a.Key} = {a.Value}")),
        ];
        return parts.Length == 0 ? "" : " " + string.Join(" ", parts);
    }
}

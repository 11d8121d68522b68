namespace SkillTorch.Analysis;

/// <summary>Judges claims by the values of a run's analyses.</summary>
public static class ClaimJudge
{
    /// <summary>
    /// Judges every claim. A number is never made up: a claim over no values is not measured; undefined values (NaN) are
    /// given the benefit of neither side, so that a claim gets a verdict only if it is the same wherever they lie; and an
    /// infinite result, such as the learning time of a skill that was never learned, fails even an open interval.
    /// </summary>
    /// <param name="claims">The experiment's claims.</param>
    /// <param name="values">Values of its analyses.</param>
    /// <param name="profile">The profile that was run; null for the experiment itself.</param>
    /// <returns>One verdict a claim, or a part of one that is over lists, in order.</returns>
    public static IReadOnlyList<ClaimVerdict> Judge(
        IReadOnlyList<ClaimOptions> claims,
        IReadOnlyList<AnalysisValue> values,
        string? profile
    ) => [.. claims.SelectMany(ClaimParts.Split).Select(claim => Judge(claim, Select(claim, values), profile))];

    private static double[] Select(ClaimOptions claim, IReadOnlyList<AnalysisValue> values) =>
        [
            .. values
                .Where(v =>
                    v.Name == claim.Quantity
                    && (claim.Case is null || v.Case == claim.Case)
                    && (claim.Skill is null || v.Skill == claim.Skill)
                    && v.Sweep.Matches(claim.At)
                )
                .Select(v => v.Value),
        ];

    private static ClaimVerdict Judge(ClaimOptions claim, double[] values, string? profile)
    {
        double? low = claim.Within![0],
            high = claim.Within[1];
        ClaimVerdict Explain(Verdict verdict, double? value, string? note) =>
            new(claim.Id, claim.Statement, claim.Quantity, value, low, high, verdict, profile, note);

        var undefined = values.Count(double.IsNaN);
        if (values.Length == 0)
            return Explain(Verdict.NotMeasured, null, $"The run has no values of {claim.Quantity}{DescribePlace(claim)}.");
        if (undefined == values.Length)
            return Explain(
                Verdict.NotMeasured,
                null,
                $"All {values.Length} value(s) of {claim.Quantity}{DescribePlace(claim)} are undefined."
            );

        var least = With(double.NegativeInfinity);
        var most = With(double.PositiveInfinity);
        var value = SampleStatistics.Reduce(values.Where(v => !double.IsNaN(v)), claim.Aggregate);
        var note = undefined == 0 ? null : $"{undefined} of {values.Length} values are undefined";
        if (least >= (low ?? double.MinValue) && most <= (high ?? double.MaxValue))
            return Explain(Verdict.Holds, value, note is null ? null : $"{note}; the claim holds wherever they lie.");
        if (most < low || least > high || (undefined == 0 && double.IsInfinity(value)))
        {
            return double.IsInfinity(value)
                ? Explain(
                    Verdict.Fails,
                    null,
                    $"The {claim.Aggregate.ToString().ToLowerInvariant()} is infinite: a threshold is not reached within the run."
                )
                : Explain(Verdict.Fails, value, note is null ? null : $"{note}; the claim fails wherever they lie.");
        }

        return Explain(Verdict.NotMeasured, double.IsFinite(value) ? value : null, $"{note}, and the verdict hangs on them.");

        double With(double stand) => SampleStatistics.Reduce(values.Select(v => double.IsNaN(v) ? stand : v), claim.Aggregate);
    }

    private static string DescribePlace(ClaimOptions claim)
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

namespace SkillTorch.Analysis;

/// <summary>Judges claims by the values of a run's analyses.</summary>
/// <remarks>
/// A number is never made up: a claim over no values is not measured; undefined values (NaN) are given the benefit of neither side, so that
/// a claim gets a verdict only if it is the same wherever they lie; and an infinite result, such as the learning time of a skill that was
/// never learned, fails even an open interval.
/// <para>
/// At one seed a value that has a confidence interval is judged by it: the claim holds if all of that lies in the claim's interval,
/// fails if none does, and else is uncertain; but a claim of one number alone, into which no interval fits, is judged by the value. At
/// several seeds their number decides, see <see cref="SeedTally"/>.
/// </para>
/// </remarks>
public static class ClaimJudge
{
    /// <summary>Judges every claim at one seed.</summary>
    /// <param name="claims">The experiment's claims.</param>
    /// <param name="values">Values of its analyses.</param>
    /// <param name="profile">The profile that was run; null for the experiment itself.</param>
    /// <returns>One verdict a claim, or a part of one that is over lists, in order.</returns>
    public static IReadOnlyList<ClaimVerdict> Judge(
        IReadOnlyList<ClaimOptions> claims,
        IReadOnlyList<AnalysisValue> values,
        string? profile
    ) => JudgeAtSeeds(claims, [values], profile);

    /// <summary>Judges every claim at several seeds.</summary>
    /// <param name="claims">The experiment's claims.</param>
    /// <param name="seeds">Values of its analyses at each seed.</param>
    /// <param name="profile">The profile that was run; null for the experiment itself.</param>
    /// <returns>One verdict a claim, or a part of one that is over lists, in order.</returns>
    public static IReadOnlyList<ClaimVerdict> JudgeAtSeeds(
        IReadOnlyList<ClaimOptions> claims,
        IReadOnlyList<IReadOnlyList<AnalysisValue>> seeds,
        string? profile
    ) =>
        [
            .. claims
                .SelectMany(ClaimParts.Split)
                .Select(claim =>
                {
                    ClaimOutcome[] outcomes = [.. seeds.Select(values => ClaimOutcome.Judge(claim, values))];
                    var (outcome, tally) = outcomes.Length == 1 ? (outcomes[0].ByInterval(claim), null) : Together(outcomes);
                    return new ClaimVerdict(
                        claim.Id,
                        claim.Statement,
                        claim.Quantity,
                        double.IsFinite(outcome.Value) ? outcome.Value : null,
                        claim.Within![0],
                        claim.Within[1],
                        outcome.Verdict,
                        profile,
                        outcome.Note
                    )
                    {
                        ValueInterval = outcome.Interval,
                        Published = claim.Published?[0],
                        Seeds = tally,
                    };
                }),
        ];

    private static (ClaimOutcome Outcome, SeedTally Tally) Together(ClaimOutcome[] seeds)
    {
        var tally = new SeedTally(
            seeds.Length,
            seeds.Count(s => s.Verdict == Verdict.Holds),
            seeds.Count(s => s.Verdict == Verdict.Fails),
            [.. seeds.Select(s => double.IsFinite(s.Value) ? s.Value : (double?)null)]
        );
        double[] values = [.. seeds.Select(s => s.Value).Where(v => !double.IsNaN(v))];
        var open = seeds.Length - tally.Hold - tally.Fail;
        return (
            new ClaimOutcome(
                SampleStatistics.Median(values),
                tally.Verdict,
                open == 0
                    ? null
                    : $"Not measured at {open} of {seeds.Length} seeds: {Array.Find(seeds, s => s.Verdict == Verdict.NotMeasured).Note}",
                values.Length < seeds.Length ? null : ConfidenceInterval.ForMedian(values)
            ),
            tally
        );
    }
}

namespace SkillTorch.Analysis;

/// <summary>At how many seeds a claim holds, each seed judged by its number alone.</summary>
/// <remarks>
/// Over several seeds a claim holds where it holds at all of them, or at so many that with 95 % confidence it holds at more than half of
/// all seeds (Clopper and Pearson's interval lies above ½: 9 of 10, 15 of 20, 61 of 100); it fails where the same can be said of failing;
/// else it is uncertain. Seeds at which it is not measured are given the benefit of neither side.
/// </remarks>
/// <param name="Of">Number of seeds.</param>
/// <param name="Hold">Seeds at which the claim holds.</param>
/// <param name="Fail">Seeds at which it fails; at the others it is not measured.</param>
/// <param name="Values">The number at each seed, from the first; null where there is none or it is infinite.</param>
public sealed record SeedTally(int Of, int Hold, int Fail, IReadOnlyList<double?> Values)
{
    /// <summary>Interval of the probability that the claim holds at a seed, from those at which it was measured.</summary>
    public ConfidenceInterval Fraction => ConfidenceInterval.ForProportion(Hold, Hold + Fail);

    /// <summary>What the seeds say together.</summary>
    internal Verdict Verdict
    {
        get
        {
            if (Hold + Fail == 0)
                return Verdict.NotMeasured;
            var least = Judge(Hold, Of);
            return least == Judge(Of - Fail, Of) ? least : Verdict.Uncertain;
        }
    }

    /// <inheritdoc/>
    public bool Equals(SeedTally? other) =>
        other is not null && (Of, Hold, Fail) == (other.Of, other.Hold, other.Fail) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Of, Hold, Fail);

    private static Verdict Judge(int hold, int of)
    {
        var fraction = ConfidenceInterval.ForProportion(hold, of);
        return hold == of || fraction.Low > 0.5 ? Verdict.Holds
            : hold == 0 || fraction.High < 0.5 ? Verdict.Fails
            : Verdict.Uncertain;
    }
}

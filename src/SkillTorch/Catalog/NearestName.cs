using F23.StringSimilarity;

namespace SkillTorch;

/// <summary>Finds what a user may have meant by a misspelt name.</summary>
/// <remarks>
/// What counts as near is decided here, for no library of distances says it; for commands and options System.CommandLine does.
/// </remarks>
internal static class NearestName
{
    private const int Reach = 2;

    // The edit distance in which swapping two neighbours counts as one change, as typing mistakes do.
    private static readonly OptimalStringAlignment Edits = new();

    /// <summary>The name at the smallest edit distance, if that is at most 2 and less than half the name's length.</summary>
    /// <param name="found">What the user wrote.</param>
    /// <param name="names">The names on offer.</param>
    /// <returns>The nearest name, or null.</returns>
    public static string? Find(string found, IEnumerable<string> names)
    {
        var (best, name) = names
            .Select(n => (Distance: Edits.Distance(found.ToLowerInvariant(), n.ToLowerInvariant()), Name: n))
            .OrderBy(x => x.Distance)
            .FirstOrDefault((double.PositiveInfinity, ""));
        return best <= Reach && 2 * best < Math.Max(name.Length, found.Length) ? name : null;
    }

    /// <summary>The nearest name as the end of a message: " Did you mean `c`?", or nothing.</summary>
    public static string Hint(string found, IEnumerable<string> names) => Find(found, names) is { } name ? $" Did you mean `{name}`?" : "";
}

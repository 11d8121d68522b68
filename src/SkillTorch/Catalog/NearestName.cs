namespace SkillTorch;

/// <summary>Finds what a user may have meant by a misspelt name.</summary>
internal static class NearestName
{
    private const int Reach = 2;

    /// <summary>The name at the smallest edit distance, if that is at most 2 and less than half the name's length.</summary>
    /// <param name="found">What the user wrote.</param>
    /// <param name="names">The names on offer.</param>
    /// <returns>The nearest name, or null.</returns>
    public static string? Of(string found, IEnumerable<string> names)
    {
        var (best, name) = names
            .Select(n => (Distance: Distance(found.ToLowerInvariant(), n.ToLowerInvariant()), Name: n))
            .OrderBy(x => x.Distance).FirstOrDefault((int.MaxValue, ""));
        return best <= Reach && 2 * best < Math.Max(name.Length, found.Length) ? name : null;
    }

    /// <summary>The nearest name as the end of a message: " Did you mean `c`?", or nothing.</summary>
    public static string Hint(string found, IEnumerable<string> names) => Of(found, names) is { } name ? $" Did you mean `{name}`?" : "";

    /// <summary>Edit distance in which swapping two neighbours counts as one change, as typing mistakes do.</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}

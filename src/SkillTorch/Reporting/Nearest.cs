namespace SkillTorch.Reporting;

/// <summary>The known name that a misspelt one probably means.</summary>
internal static class Nearest
{
    /// <summary>" Did you mean `c`?", or nothing if no known name is within two edits.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var (best, distance) = known
            .Select(candidate => (candidate, Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .DefaultIfEmpty(("", int.MaxValue))
            .MinBy(pair => pair.Item2);
        return distance <= Math.Min(2, name.Length / 2) ? $" Did you mean `{best}`?" : "";
    }

    // Levenshtein's distance, one row at a time; letters in another order count as one slip.
    private static int Edits(string a, string b)
    {
        if (a != b && a.Order().SequenceEqual(b.Order()))
        {
            return 1;
        }
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}

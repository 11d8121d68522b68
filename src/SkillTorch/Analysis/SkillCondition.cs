namespace SkillTorch.Analysis;

/// <summary>What skills are chosen by, of their first and last measurements: an end above or below a value, or below their start.</summary>
internal readonly record struct SkillCondition(double? Above, double? Below, bool BelowStart)
{
    /// <summary>Whether skills [K] of a column [M, K] meet it; null where one's last measurement is undefined.</summary>
    public bool[]? Choose(double[,] column, IEnumerable<int> skills)
    {
        var last = column.GetLength(0) - 1;
        int[] chosen = [.. skills];
        if (chosen.Any(k => double.IsNaN(column[last, k])))
            return null;
        var (above, below, start) = (Above, Below, BelowStart);
        return Array.ConvertAll(
            chosen,
            k => column[last, k] > above || column[last, k] < below || (start && column[last, k] < column[0, k])
        );
    }

    /// <summary>Requires that there is exactly one condition.</summary>
    public void Validate(AnalysisOptions options, string kind)
    {
        var conditions = (Above is null ? 0 : 1) + (Below is null ? 0 : 1) + (BelowStart ? 1 : 0);
        options.Require(conditions == 1, "kind", $"{kind} with {conditions} conditions", "exactly one of `above`, `below`, `belowStart`");
    }
}

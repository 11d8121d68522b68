using System.Globalization;
using System.Text;
using SkillTorch.Analysis;

namespace SkillTorch.Reporting;

/// <summary>The ledger in Markdown.</summary>
internal static class LedgerMarkdown
{
    private static readonly Verdict[] Verdicts = [Verdict.Holds, Verdict.Fails, Verdict.Uncertain, Verdict.NotMeasured];

    public static string Format(Ledger ledger)
    {
        LedgerFigure[] figures = [.. ledger.Figures.Where(figure => figure.Claims.Count > 0)];
        var text = new StringBuilder();
        AddRow(text, ["figure", "seeds", .. Verdicts.Select(ClaimsFile.InWords)]);
        text.Append("|---|---|---|---|---|---|\n");
        foreach (var figure in figures)
        {
            AddRow(
                text,
                [
                    figure.Run,
                    figure.Seeds.ToString(CultureInfo.InvariantCulture),
                    .. Verdicts.Select(verdict => ListClaims(figure.Claims, verdict)),
                ]
            );
        }

        text.Append('\n');
        AddRow(text, "figure", "claim", "expected", "published", "measured", "holds at", "verdict");
        text.Append("|---|---|---|---|---|---|---|\n");
        foreach (var figure in figures)
        {
            foreach (var claim in figure.Claims.Where(claim => claim.Verdict != Verdict.Holds))
            {
                AddRow(
                    text,
                    figure.Run,
                    $"{claim.Id}: {claim.Statement}",
                    FormatExpected(claim),
                    FormatNumber(claim.Published),
                    FormatNumber(claim.Value) + FormatEnds(claim.ValueInterval),
                    claim.Seeds is { } seeds ? $"{seeds.Hold} of {seeds.Of} seeds" : "",
                    claim.Verdict == Verdict.Fails ? "**fails**" : ClaimsFile.InWords(claim.Verdict)
                );
            }
        }

        return text.ToString();
    }

    // "P5, P7 1 of 2": numbers of claims, and how many of a claim's parts have the verdict where not all have.
    private static string ListClaims(IReadOnlyList<ClaimVerdict> claims, Verdict verdict) =>
        string.Join(
            ", ",
            claims
                .GroupBy(claim => claim.Id.Split('.')[0])
                .Select(parts => (Id: parts.Key, Of: parts.Count(), Have: parts.Count(part => part.Verdict == verdict)))
                .Where(parts => parts.Have > 0)
                .Select(parts => parts.Have == parts.Of ? parts.Id : $"{parts.Id} {parts.Have} of {parts.Of}")
        );

    private static string FormatExpected(ClaimVerdict claim) =>
        (claim.Low, claim.High) switch
        {
            (null, { } high) => $"≤ {FormatNumber(high)}",
            ({ } low, null) => $"≥ {FormatNumber(low)}",
            ({ } low, { } high) when low == high => FormatNumber(low),
            _ => $"{FormatNumber(claim.Low)} … {FormatNumber(claim.High)}",
        };

    private static string FormatEnds(ConfidenceInterval? interval) =>
        interval is { } ends && ends.Low < ends.High ? $" ({FormatNumber(ends.Low)} … {FormatNumber(ends.High)})" : "";

    private static string FormatNumber(double? value) =>
        value is { } number ? number.ToString("G4", CultureInfo.InvariantCulture).Replace('-', '−').Replace("E", "e") : "";

    private static void AddRow(StringBuilder text, params IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}

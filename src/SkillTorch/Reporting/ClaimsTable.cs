using SkillTorch.Analysis;
using static SkillTorch.Reporting.HtmlText;

namespace SkillTorch.Reporting;

/// <summary>Claims and their verdicts as a table of a page.</summary>
internal static class ClaimsTable
{
    /// <summary>The table, never folded away; columns that would be empty are left out.</summary>
    public static string Format(IReadOnlyList<ClaimVerdict> claims)
    {
        var several = claims.Any(claim => claim.Seeds is not null);
        var published = claims.Any(claim => claim.Published is not null);
        return HtmlTable.Format(
            [
                "",
                "Statement",
                .. published ? ["#Published"] : Array.Empty<string>(),
                "#Measured",
                "#Expected",
                .. several ? ["#Seeds"] : Array.Empty<string>(),
                "Verdict",
                "Profile",
            ],
            [.. claims.Select(claim => FormatRow(claim, published, several))],
            folds: false
        );
    }

    private static string FormatRow(ClaimVerdict claim, bool published, bool several)
    {
        var verdict = ClaimsFile.InWords(claim.Verdict);
        var mark = claim.Verdict switch
        {
            Verdict.Holds => "✓",
            Verdict.Fails => "✗",
            Verdict.Uncertain => "?",
            _ => "–",
        };
        var note = claim.Note is null ? "" : $"<br><span class=\"soft\">{LinkAddresses(claim.Note)}</span>";
        string[] cells =
        [
            $"<td>{Escape(claim.Id)}</td>",
            $"<td>{LinkAddresses(claim.Statement)}{note}<br><code class=\"soft\">{Escape(claim.Quantity)}</code></td>",
            .. published ? [Number(claim.Published is { } number ? FormatSetting(number) : "")] : Array.Empty<string>(),
            Number(FormatNumber(claim.Value ?? double.NaN) + Soft(claim.ValueInterval)),
            Number(FormatInterval(claim.Low, claim.High, FormatSetting)),
            .. several
                ? [Number(claim.Seeds is { } tally ? $"{tally.Hold} of {tally.Of}{Soft(tally.Fraction)}" : "")]
                : Array.Empty<string>(),
            $"<td class=\"verdict {verdict.Replace(' ', '-')}\">{mark} {verdict}</td>",
            $"<td>{Escape(claim.Profile)}</td>",
        ];
        return $"<tr>{string.Concat(cells)}</tr>\n";
    }

    private static string Number(string text) => $"<td class=\"n\">{text}</td>";

    // An interval without width, of what does not depend on the seed, says nothing.
    private static string Soft(ConfidenceInterval? interval) =>
        interval is { } ends && ends.Low < ends.High
            ? $"<br><span class=\"soft\">[{FormatNumber(ends.Low)}, {FormatNumber(ends.High)}]</span>"
            : "";
}

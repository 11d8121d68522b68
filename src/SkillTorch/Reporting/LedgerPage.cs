using System.Globalization;
using System.Text;
using SkillTorch.Analysis;
using static SkillTorch.Reporting.HtmlText;

namespace SkillTorch.Reporting;

/// <summary>The ledger as a page.</summary>
internal static class LedgerPage
{
    public static string Format(Ledger ledger, string folder)
    {
        ClaimVerdict[] claims = [.. ledger.Claims];
        string Count(Verdict verdict)
        {
            var (count, words) = (claims.Count(claim => claim.Verdict == verdict), ClaimsFile.InWords(verdict));
            return $"{count} {(verdict is Verdict.Holds or Verdict.Fails && count != 1 ? words[..^1] : words)}";
        }

        var html = new StringBuilder(ReportStyle.BeginPage("Ledger of claims"))
            .Append("<header>\n<h1>Ledger of claims</h1>\n<p class=\"lead\">")
            .Append(
                CultureInfo.InvariantCulture,
                $"{claims.Length} claims of {ledger.Figures.Count} {(ledger.Figures.Count == 1 ? "figure" : "figures")}: "
            )
            .AppendJoin(", ", new[] { Verdict.Holds, Verdict.Fails, Verdict.Uncertain, Verdict.NotMeasured }.Select(Count))
            .Append(".</p>\n</header>\n");
        foreach (var figure in ledger.Figures)
        {
            var report = Path.Combine(folder, figure.Run, "report.html");
            var name = File.Exists(report)
                ? $"<a href=\"{Uri.EscapeDataString(figure.Run)}/report.html\">{Escape(figure.Run)}</a>"
                : Escape(figure.Run);
            string[] facts =
            [
                LinkAddresses(figure.Source),
                figure.Profile is null ? "" : $"profile {Escape(figure.Profile)}",
                figure.Seeds == 1 ? "one seed" : $"{figure.Seeds} seeds",
                Escape(figure.Software),
            ];
            html.Append($"<h2 id=\"{Escape(figure.Run)}\">{name}: {Escape(figure.Title)}</h2>\n<p class=\"lead\">")
                .AppendJoin(" · ", facts.Where(fact => fact != ""))
                .Append("</p>\n")
                .AppendJoin("", figure.Notes.Select(note => $"<p class=\"note\">{LinkAddresses(note)}</p>\n"))
                .Append(figure.Claims.Count == 0 ? "<p>No claims.</p>\n" : ClaimsTable.Format(figure.Claims));
        }

        return html.Append(ReportStyle.EndPage).ToString();
    }
}

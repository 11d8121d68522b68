namespace SkillTorch.Reporting;

/// <summary>The look of every page: one column, light or dark as the reader's system is, plain on paper.</summary>
internal static class ReportStyle
{
    /// <summary>What a page ends with.</summary>
    public const string EndPage = "</body>\n</html>\n";

    private const string Css = """
        :root {
          color-scheme: light dark;
          --ink: #1b1f24; --soft: #5b6470; --line: #dfe3e8; --paper: #ffffff; --card: #f6f7f9; --link: #0b62a8;
          --holds: #00694e; --fails: #b23c00; --open: #6a6f76;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #e6e8eb; --soft: #9aa3ad; --line: #343a42; --paper: #15181c; --card: #1e2227; --link: #7cc0ff;
            --holds: #4fd1a5; --fails: #ff9b63; --open: #a3aab2;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
        }
        h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .3rem; text-wrap: balance; }
        h2 { font-size: 1.15rem; margin: 2.4rem 0 .7rem; }
        h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
        article + article { margin-top: 4rem; padding-top: 3rem; border-top: 1px solid var(--line); }
        a { color: var(--link); text-underline-offset: .15em; }
        p { margin: .4rem 0; max-width: 46rem; }
        .lead { color: var(--soft); margin: 0; }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.4rem; margin: 1.4rem 0 0; }
        .facts dt { color: var(--soft); }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .note { border-left: 3px solid var(--fails); padding: .35rem .9rem; background: var(--card); max-width: none; }
        .figure { background: #fff; border: 1px solid var(--line); border-radius: 6px; padding: .9rem; overflow-x: auto; color: #111; color-scheme: light; }
        .figure img, .figure svg { max-width: 100%; height: auto; }
        .figure img { display: block; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; vertical-align: top; padding: .42rem .9rem .42rem 0; border-bottom: 1px solid var(--line); }
        th { font-weight: 600; color: var(--soft); border-bottom-width: 2px; vertical-align: bottom; }
        td.n, th.n { text-align: right; }
        td.n { white-space: nowrap; }
        td ul { margin: 0; padding: 0; list-style: none; }
        td li { white-space: nowrap; }
        .soft { color: var(--soft); }
        .verdict { white-space: nowrap; font-weight: 600; }
        .holds { color: var(--holds); } .fails { color: var(--fails); } .uncertain, .not-measured { color: var(--open); font-weight: 400; }
        details { margin-top: .8rem; }
        summary { cursor: pointer; color: var(--link); }
        pre { background: var(--card); border-radius: 6px; padding: 1rem; overflow-x: auto; font: .8rem/1.5 ui-monospace, "Liberation Mono", Menlo, Consolas, monospace; }
        footer { margin-top: 3.5rem; color: var(--soft); font-size: .85rem; }
        @media print {
          :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --card: #fff; --link: #000; --holds: #000; --fails: #000; --open: #444; }
          body { padding: 0; max-width: none; font-size: 10.5pt; }
          article + article { break-before: page; border: 0; margin: 0; padding: 0; }
          .figure { border: 0; padding: 0; overflow: visible; } .figure, tr { break-inside: avoid; } h2 { break-after: avoid; }
          .vega-actions, .vega-embed summary, details.config { display: none !important; }
        }
        """;

    /// <summary>What a page begins with, up to the beginning of its body.</summary>
    /// <param name="title">Its title, as text.</param>
    public static string BeginPage(string title) =>
        $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{HtmlText.Escape(title)}</title>
            <style>
            {Css}
            </style>
            </head>
            <body>

            """;
}

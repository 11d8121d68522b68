using System.Text.Json.Nodes;
using SkillTorch.Analysis;

namespace SkillTorch.Reporting;

/// <summary>
/// The ledger: what runs say of all their claims, figure by figure, as one page (<c>ledger.html</c>), one JSON file (<c>ledger.json</c>)
/// and a table in Markdown.
/// </summary>
/// <param name="Figures">The figures, in order.</param>
public sealed record Ledger(IReadOnlyList<LedgerFigure> Figures)
{
    /// <summary>Name of the JSON file.</summary>
    public const string JsonName = "ledger.json";

    /// <summary>Name of the page.</summary>
    public const string PageName = "ledger.html";

    /// <summary>All claims, figure by figure.</summary>
    public IEnumerable<ClaimVerdict> Claims => Figures.SelectMany(figure => figure.Claims);

    /// <summary>Collects the claims of runs.</summary>
    /// <param name="runDirectories">The runs, in order; a JSON file that is a ledger stands for its figures.</param>
    /// <exception cref="InvalidDataException">One is neither, or a file of it is damaged.</exception>
    public static Ledger Collect(IEnumerable<string> runDirectories) =>
        new([.. runDirectories.SelectMany(run => File.Exists(run) ? Read(run).Figures : [LedgerFigure.Read(run)])]);

    /// <summary>Collects the claims of all finished runs in a folder, by name.</summary>
    /// <param name="folder">The folder of run directories.</param>
    /// <exception cref="InvalidDataException">A file of a run is damaged.</exception>
    public static Ledger CollectIn(string folder) =>
        Collect(
            Directory
                .EnumerateDirectories(folder)
                .Where(run => File.Exists(Path.Combine(run, ClaimsFile.Name)))
                .OrderBy(run => run, StringComparer.Ordinal)
        );

    /// <summary>Reads a ledger.</summary>
    /// <param name="path">The JSON file.</param>
    /// <exception cref="InvalidDataException">It is no ledger.</exception>
    public static Ledger Read(string path)
    {
        try
        {
            var json = JsonNode.Parse(AtomicFile.Guard(path, () => File.ReadAllBytes(path), "read"));
            return new([.. json!["figures"]!.AsArray().Select(figure => LedgerFigure.FromJson(figure!.AsObject()))]);
        }
        catch (Exception e) when (ClaimsFile.IsDamage(e))
        {
            throw new InvalidDataException($"Got `{path}`; expected a run directory or a ledger ({JsonName}).", e);
        }
    }

    /// <summary>Writes <c>ledger.json</c> and <c>ledger.html</c>.</summary>
    /// <param name="folder">Where: the page links to the reports of the run directories beside it.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, JsonName), FormatJson());
        AtomicFile.WriteText(Path.Combine(folder, PageName), LedgerPage.Format(this, folder));
    }

    /// <summary>The ledger as <c>ledger.json</c> has it.</summary>
    public string FormatJson() => AtomicFile.Format(new JsonObject { ["figures"] = new JsonArray([.. Figures.Select(f => f.ToJson())]) });

    /// <summary>Two tables in Markdown: the verdicts of each figure, and every claim that does not hold with its numbers.</summary>
    public string FormatMarkdown() => LedgerMarkdown.Format(this);
}

/// <summary>A figure of the ledger: a run and its claims.</summary>
/// <param name="Tag">Tag of the experiment.</param>
/// <param name="Title">Its title; empty if it has none.</param>
/// <param name="Source">Where it comes from; empty if that is not said.</param>
/// <param name="Profile">The profile that was run; null for the experiment itself.</param>
/// <param name="Seeds">Number of seeds at which claims are judged.</param>
/// <param name="Notes">What was shortened, and why.</param>
/// <param name="Software">What it was run with: version and libtorch.</param>
/// <param name="Run">Name of the run directory.</param>
/// <param name="Claims">The claims and their verdicts.</param>
public sealed record LedgerFigure(
    string Tag,
    string Title,
    string Source,
    string? Profile,
    int Seeds,
    IReadOnlyList<string> Notes,
    string Software,
    string Run,
    IReadOnlyList<ClaimVerdict> Claims
)
{
    /// <summary>The figure of a run.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <exception cref="InvalidDataException">It is none of a finished run, or a file of it is damaged.</exception>
    public static LedgerFigure Read(string runDirectory)
    {
        var claims = ClaimsFile.Read(runDirectory);
        var experiment = RunFiles.ReadExperiment(runDirectory);
        var run = experiment["run"] as JsonObject ?? [];
        string Text(string key) => experiment[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
        return new(
            Text("tag"),
            Text("title"),
            Text("source"),
            run["profile"]?.ToString(),
            claims.Max(claim => claim.Seeds?.Of) ?? 1,
            [.. (experiment["notes"] as JsonArray ?? []).Select(note => note?.ToString() ?? "")],
            $"SkillTorch {run["version"]}, libtorch {run["libtorch"]}",
            Path.GetFileName(Path.GetFullPath(runDirectory).TrimEnd(Path.DirectorySeparatorChar)),
            claims
        );
    }

    internal JsonObject ToJson() =>
        new()
        {
            ["tag"] = Tag,
            ["title"] = Title,
            ["source"] = Source,
            ["profile"] = Profile,
            ["seeds"] = Seeds,
            ["notes"] = new JsonArray([.. Notes.Select(note => JsonValue.Create(note))]),
            ["software"] = Software,
            ["run"] = Run,
            ["claims"] = ClaimsFile.ToJson(Claims),
        };

    internal static LedgerFigure FromJson(JsonObject json) =>
        new(
            (string)json["tag"]!,
            (string)json["title"]!,
            (string)json["source"]!,
            (string?)json["profile"],
            (int)json["seeds"]!,
            [.. json["notes"]!.AsArray().Select(note => (string)note!)],
            (string)json["software"]!,
            (string)json["run"]!,
            ClaimsFile.FromJson(json["claims"])
        );
}

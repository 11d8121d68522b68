using System.Text.RegularExpressions;

namespace SkillTorch.Tests;

/// <summary>What README and pages name is there: files and folders, and, in the pages under docs, types and their members.</summary>
public partial class DocumentationTests
{
    private static readonly string Root = ArchitectureTests.Root;

    private static readonly string[] Code =
    [
        .. new[] { "src", "bench", "tests" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        ),
    ];

    /// <summary>Types and members by name, each with the text of the file that declares it.</summary>
    private static readonly Lazy<ILookup<string, string>> Declared = new(() =>
        Code.Select(File.ReadAllText)
            .SelectMany(text => Declarations().Matches(text).Select(match => (Name: match.Groups["name"].Value, Text: text)))
            .ToLookup(declared => declared.Name, declared => declared.Text)
    );

    public static TheoryData<string> Pages => ["README.md", "CHANGELOG.md", .. DocsPages];

    public static TheoryData<string> PagesOfToday => ["README.md", .. DocsPages];

    public static TheoryData<string> PagesOfTypes => [.. DocsPages];

    private static IEnumerable<string> DocsPages =>
        Directory
            .EnumerateFiles(Path.Combine(Root, "docs"), "*.md")
            .Select(file => $"docs/{Path.GetFileName(file)}")
            .Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root, page))!;
        var links = Links().Matches(Read(page)).Select(match => match.Groups[1].Value);
        string[] missing = [.. links.Where(link => !link.Contains("://", StringComparison.Ordinal) && !Exists(Path.Combine(folder, link)))];
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(PagesOfToday))]
    public void Every_path_of_the_repository_exists(string page)
    {
        string[] missing = [.. Paths().Matches(Read(page)).Select(match => match.Value).Where(path => !Exists(Path.Combine(Root, path)))];
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(PagesOfToday))]
    public void Every_source_file_exists(string page)
    {
        var files = Code.Select(Path.GetFileName).ToHashSet();
        string[] missing = [.. Spans(page).Where(span => SourceFile().IsMatch(span) && !files.Contains(span))];
        Assert.Empty(missing);
    }

    /// <summary>
    /// A word that begins with a capital, as `Trainer`, is a type, a member or a room; of `OptimizerTable.Rows`, Rows is in the file of
    /// OptimizerTable.
    /// </summary>
    [Theory]
    [MemberData(nameof(PagesOfTypes))]
    public void Every_type_and_member_exists(string page)
    {
        var rooms = Directory.GetDirectories(Path.Combine(Root, "src", "SkillTorch")).Select(Path.GetFileName).ToHashSet();
        var named = Spans(page).Select(span => Name().Match(span)).Where(match => match.Success && !rooms.Contains(match.Groups[1].Value));
        var unknown = named.Where(match => !IsDeclared(match.Groups[1].Value, match.Groups[2].Value)).Select(match => match.Value);
        Assert.Empty(unknown.ToArray());
    }

    private static bool IsDeclared(string name, string member) =>
        Declared.Value[name].Any(text => member == "" || Regex.IsMatch(text, $@"\b{member}\b"));

    private static IEnumerable<string> Spans(string page) =>
        Span().Matches(Fenced().Replace(Read(page), "")).Select(match => match.Groups[1].Value);

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static string Read(string page) => File.ReadAllText(Path.Combine(Root, page));

    [GeneratedRegex(@"\]\(([^)\s#]+)(?:#[^)]*)?\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"(?<![\w./:-])(?:src|tests|bench|scripts|configs|experiments|docs|\.ci)/[\w./-]*\w")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^\w+\.cs$")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"^(?!SkillTorch\b)([A-Z]\w*[a-z]\w*)(?:\.([A-Z]\w+))?(?:<\w+>)?$")]
    private static partial Regex Name();

    [GeneratedRegex(
        @"^\s*(?:public|protected|internal|private)\b[^({=;\n]*?\b"
            + @"(?:(?:class|record|struct|interface|enum) (?<name>[A-Z]\w*)|(?<name>[A-Z]\w*)(?=\s*(?:[({=;]|$)))",
        RegexOptions.Multiline
    )]
    private static partial Regex Declarations();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Span();
}

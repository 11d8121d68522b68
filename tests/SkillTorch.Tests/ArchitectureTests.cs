using System.Text.RegularExpressions;

namespace SkillTorch.Tests;

/// <summary>The rooms of the library and which of them may know which.</summary>
public partial class ArchitectureTests
{
    /// <summary>From the ground up: a room may use its own floor and those below.</summary>
    private static readonly string[][] Floors =
    [
        ["Numerics"],
        ["Catalog"],
        ["Tasks"],
        ["Models"],
        ["Optimizers"],
        ["Theories"],
        ["Training"],
        ["Fitting"],
        ["Analysis"],
        ["Reporting"],
        ["Experiments"],
    ];

    internal static readonly string Root = FindRoot();

    private static readonly string[] Library = [.. Sources("src", "SkillTorch")];

    public static TheoryData<string> Files => [.. Library];

    [Theory]
    [MemberData(nameof(Files))]
    public void Imports_run_downwards(string file)
    {
        var room = Room(file);
        Assert.DoesNotContain(Uses(file), used => used != room && !MayUse(room, used));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_library_is_the_same_for_every_machine(string file) => Assert.DoesNotMatch(Conditional(), Code(file));

    [Fact]
    public void Every_folder_has_a_floor_and_every_file_the_namespace_of_its_folder()
    {
        var rooms = Floors.SelectMany(floor => floor).ToArray();
        Assert.Empty(Library.Select(Room).Except(rooms));
        Assert.All(
            Library,
            file =>
            {
                var folder = Path.GetDirectoryName(file)!
                    .Replace(Path.DirectorySeparatorChar, '.')
                    .Replace("src.", "", StringComparison.Ordinal);
                var expected = folder == "SkillTorch.Catalog" ? "SkillTorch(\\.Catalog)?" : Regex.Escape(folder);
                Assert.Matches($@"(?m)^namespace {expected};\r?$", Code(file));
            }
        );
    }

    [Fact]
    public void Only_the_command_line_is_above_the_library()
    {
        var references = typeof(InvalidOptionException).Assembly.GetReferencedAssemblies().Select(name => name.Name);
        Assert.DoesNotContain("SkillTorch.Cli", references);
        Assert.DoesNotContain("Spectre.Console", references);
        Assert.DoesNotContain("System.CommandLine", references);
    }

    [Fact]
    public void Names_of_tests_are_sentences_with_underscores()
    {
        string[] names = [.. Sources("tests").SelectMany(file => Tests().Matches(Code(file))).Select(test => test.Groups[1].Value)];
        Assert.Contains(nameof(Names_of_tests_are_sentences_with_underscores), names);
        Assert.All(names, name => Assert.Matches("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$", name));
    }

    /// <summary>CSharpier breaks code; comments are broken by hand, and what a program shows or a test reads is left as it is.</summary>
    [Fact]
    public void Lines_are_short()
    {
        var files = Sources("src").Concat(Sources("tests")).Concat(Sources("bench"));
        Assert.All(
            files,
            file =>
                Assert.All(
                    Texts().Replace(File.ReadAllText(Path.Combine(Root, file)), "").Split('\n'),
                    line => Assert.InRange(line.Length, 0, 140)
                )
        );
    }

    private static bool MayUse(string room, string used) => Floor(used) <= Floor(room);

    private static int Floor(string room) => Array.FindIndex(Floors, floor => floor.Contains(room));

    /// <summary>Rooms that a file names: by import, by full name, or by a name within SkillTorch such as <c>Tasks.Batch</c>.</summary>
    private static IEnumerable<string> Uses(string file)
    {
        var code = Code(file);
        var types = typeof(InvalidOptionException)
            .Assembly.GetTypes()
            .Where(type => !type.IsNested)
            .Select(type => type.FullName!.Split('`')[0])
            .ToHashSet();
        return FullNames()
            .Matches(code)
            .Select(match => match.Groups[1].Value)
            .Concat(
                InnerNames()
                    .Matches(code)
                    .Where(match => types.Contains($"SkillTorch.{match.Value}"))
                    .Select(match => match.Value.Split('.')[0])
            )
            .Where(name => Floor(name) >= 0)
            .Distinct();
    }

    private static string Room(string file) => file.Split(Path.DirectorySeparatorChar)[2];

    /// <summary>The source without comments; a comment may look upwards.</summary>
    private static string Code(string file) => Comments().Replace(File.ReadAllText(Path.Combine(Root, file)), "");

    private static IEnumerable<string> Sources(params string[] folder)
    {
        var path = Path.Combine([Root, .. folder]);
        return Directory
            .EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}build{Path.DirectorySeparatorChar}", StringComparison.Ordinal)) // MSBuild's
            .Order(StringComparer.Ordinal);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SkillTorch.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("Got no SkillTorch.sln above the tests; expected the repository.");
    }

    [GeneratedRegex(@"^\s*#\s*(if|elif|else|define)\b", RegexOptions.Multiline)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\[\w*(?:Fact|Theory|Property)\b[\s\S]*?\bpublic [^(\n]*?(\w+)\(")]
    private static partial Regex Tests();

    [GeneratedRegex("'.'|(?s)\"{3,}.*?\"{3,}|(?-s)\"(?:\\\\.|[^\"\\\\])*\"")]
    private static partial Regex Texts();

    [GeneratedRegex(@"\bSkillTorch\.([A-Z]\w*)")]
    private static partial Regex FullNames();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*\.[A-Z]\w*")]
    private static partial Regex InnerNames();
}

using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_writer_that_throws_leaves_the_former_file_alone()
    {
        AtomicFile.WriteText(folder["a.json"], "old");
        Assert.Throws<TimeoutException>(() =>
            AtomicFile.Write(
                folder["a.json"],
                stream =>
                {
                    stream.Write("new"u8);
                    stream.Flush();
                    throw new TimeoutException();
                }
            )
        );
        Assert.Equal("old", File.ReadAllText(folder["a.json"]));
        Assert.Equal(["a.json"], folder.Files);
    }

    [Fact]
    public void A_table_that_is_not_completed_does_not_appear()
    {
        using (var writer = new CsvWriter(folder["t.csv"], "x"))
        {
            writer.Write(1.0);
            writer.EndRow();
        }
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Readers_see_the_former_file_until_the_new_one_is_complete()
    {
        AtomicFile.WriteText(folder["a.txt"], "old");
        using var file = new AtomicFile(folder["a.txt"]);
        file.Stream.Write("new"u8);
        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        file.Commit();
        Assert.Equal("new", File.ReadAllText(folder["a.txt"]));
    }

    [Fact]
    public void What_a_killed_process_left_aside_is_removed_by_the_next_writer()
    {
        // Process ids stay below 2^22 on Linux, so this one is of nobody.
        File.WriteAllText(folder[$".a.txt.{Environment.MachineName}.99999999.1.tmp"], "half");
        File.WriteAllText(folder[".a.txt.another-machine.1.1.tmp"], "not ours to judge");
        AtomicFile.WriteText(folder["a.txt"], "whole");
        Assert.Equal([".a.txt.another-machine.1.1.tmp", "a.txt"], folder.Files);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(folder["file"], "");
        var error = Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText(folder["file/a.txt"], "x"));
        Assert.StartsWith($"Could not write `{folder["file/a.txt"]}`: ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            $"Could not read `{folder["no.csv"]}`: ",
            Assert.ThrowsAny<IOException>(() => Table.Read(folder["no.csv"])).Message,
            StringComparison.Ordinal
        );
    }

    [SkippableFact]
    public void A_full_disk_is_a_sentence_and_leaves_nothing()
    {
        Skip.IfNot(File.Exists("/dev/full"), "There is no /dev/full here to stand for a full disk.");
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var error = Assert.ThrowsAny<IOException>(() => AtomicFile.Write(folder["a.txt"], _ => full.Write("x"u8)));
        Assert.StartsWith($"Could not write `{folder["a.txt"]}`: No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Json_keeps_every_digit_and_letter()
    {
        AtomicFile.WriteJson(folder["a.json"], new JsonObject { ["η"] = 0.1 + 0.2 });
        Assert.Equal("{\n  \"η\": 0.30000000000000004\n}\n", File.ReadAllText(folder["a.json"]));
    }
}

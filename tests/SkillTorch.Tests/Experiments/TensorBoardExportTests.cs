using SkillTorch.Experiments;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

public sealed class TensorBoardExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ExperimentConfig config = SmallExperiment.Load();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Writing_again_replaces_what_was_written_and_nothing_else()
    {
        Run();
        var logs = TensorBoardExport.Write(folder.Path);
        Assert.Equal(8, Events().Length);
        string[] own =
        [
            Path.Combine(logs, "baseline", "events.out.tfevents.1.mine"),
            Path.Combine(Path.GetDirectoryName(Events()[0])!, "notes.txt"),
        ];
        foreach (var file in own)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "mine");
        }

        TensorBoardExport.Write(folder.Path);
        Assert.Equal(8 + 1, Events().Length);
        Assert.All(own, file => Assert.Equal("mine", File.ReadAllText(file)));
    }

    [Fact]
    public async Task Following_ends_with_all_that_was_measured()
    {
        using var stop = new CancellationTokenSource();
        ExperimentRunner.Run(config, new RunOptions(folder.Path), new StopWhileTraining(stop), stop.Token);
        var following = Task.Run(() => TensorBoardExport.Follow(folder.Path, TimeSpan.FromMilliseconds(10), CancellationToken.None));
        while (!File.Exists(Path.Combine(folder["tensorboard"], ".written-by-skilltorch")))
            await Task.Delay(1);
        Run();
        await following.WaitAsync(TimeSpan.FromMinutes(2));
        var followed = Events().Select(Scalars).ToArray();
        Assert.Equal(8, followed.Length);
        Assert.All(followed, scalars => Assert.Equal(5 * 2 * 3, scalars.Length));

        TensorBoardExport.Write(folder.Path);
        Assert.Equal(Events().Select(Scalars), followed);
    }

    private void Run() => ExperimentRunner.Run(config, new RunOptions(folder.Path));

    private string[] Events() =>
        [.. Directory.EnumerateFiles(folder["tensorboard"], "events.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static (string Tag, long Step, float Value)[] Scalars(string file) =>
        [.. TensorBoardTests.Read(File.ReadAllBytes(file)).Skip(1)];

    private sealed class StopWhileTraining(CancellationTokenSource stop) : IRunObserver
    {
        public void OnProgress(RunProgress progress)
        {
            if (progress.Stage == "Training")
                stop.Cancel();
        }

        public void OnNote(string sentence) { }
    }
}

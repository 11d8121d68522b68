using SkillTorch.Experiments;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

/// <summary>The script of Slurm's jobs; <c>EngineTests</c> of the CLI run it on a real Slurm where there is one.</summary>
public sealed class SlurmEngineTests : IDisposable
{
    private static readonly string[] Program = ["/usr/bin/dotnet", "/opt/skill torch/SkillTorch.Cli.dll"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_script_asks_for_what_the_section_says()
    {
        var config = Load(
            """
            {
              "workers": 3, "partition": "gpu", "account": "physics", "time": "04:00:00", "gpus": 1, "cpus": 4, "memory": "16G",
              "setup": ["module load dotnet", "export LIBTORCH=~/libtorch"], "directives": ["--qos=long"]
            }
            """
        );
        Assert.Equal(
            """
            #!/bin/bash
            #SBATCH --job-name=skilltorch-small-279b8593
            #SBATCH --array=0-2
            #SBATCH --output="/no/such/it's 5 %%/slurm/%A_%a.log"
            #SBATCH --open-mode=append
            #SBATCH --partition=gpu
            #SBATCH --account=physics
            #SBATCH --time=04:00:00
            #SBATCH --gres=gpu:1
            #SBATCH --cpus-per-task=4
            #SBATCH --mem=16G
            #SBATCH --requeue
            #SBATCH --signal=B:USR1@120
            #SBATCH --qos=long

            module load dotnet
            export LIBTORCH=~/libtorch

            # Who must stop stores checkpoints, from which any worker goes on.
            trap 'kill -TERM $worker' TERM
            trap 'again=1; kill -TERM $worker' USR1
            /usr/bin/dotnet '/opt/skill torch/SkillTorch.Cli.dll' work '/no/such/it'\''s 5 %' --device cuda --threads 4 --stack-memory 2.5 &
            worker=$!
            wait $worker
            status=$?
            # A trap ends the wait, not the worker.
            while kill -0 $worker 2>/dev/null; do wait $worker; status=$?; done
            [ -z "$again" ] || scontrol requeue $SLURM_JOB_ID
            exit $status

            """,
            SlurmEngine.WriteScript(config, new RunOptions("/no/such/it's 5 %") { StackMemory = 5L << 29 }, Program)
        );
        Assert.False(Directory.Exists("/no"));
    }

    [Fact]
    public void Without_a_section_the_script_leaves_all_to_Slurm()
    {
        var script = SlurmEngine.WriteScript(SmallExperiment.Load(), new RunOptions("/no/such"), Program);
        Assert.Equal(
            ["job-name=skilltorch-small-901f4a1b", "array=0-3", "output=/no/such/slurm/%A_%a.log", "open-mode=append", "requeue"],
            script.Split('\n').Where(line => line.StartsWith("#SBATCH --", StringComparison.Ordinal)).Select(line => line[10..])
        );
        Assert.Contains(" work /no/such --device cpu &\n", script);
    }

    [Fact]
    public void The_array_is_over_what_is_missing()
    {
        var options = new RunOptions(folder.Path) { Device = DeviceChoice.Cpu };
        var config = Load("""{ "workers": 100 }""");
        Assert.Contains("--array=0-7\n", SlurmEngine.WriteScript(config, options, Program));
        ExperimentRunner.Run(SmallExperiment.Load(settings: "claims=[]", change: j => j["cases"]!.AsArray().RemoveAt(0)), options);
        Assert.Contains("--array=0-3\n", SlurmEngine.WriteScript(config, options, Program));
    }

    [Theory]
    [InlineData("""{ "partition": "a\n#SBATCH --account=other" }""", "slurm.partition")]
    [InlineData("""{ "memory": " " }""", "slurm.memory")]
    [InlineData("""{ "setup": ["a", "b\nc"] }""", "slurm.setup[1]")]
    [InlineData("""{ "directives": [""] }""", "slurm.directives[0]")]
    public void What_is_not_one_line_is_refused(string section, string path)
    {
        var error = Assert.Throws<InvalidOptionException>(() =>
            SlurmEngine.WriteScript(Load(section), new RunOptions("/no/such"), Program)
        );
        Assert.EndsWith($"for `{path}`; expected one line of text.", error.Message);
    }

    [Fact]
    public void What_jobs_ask_for_does_not_change_a_trial()
    {
        var config = Load("""{ "workers": 100, "partition": "gpu" }""");
        Assert.Equal(SmallExperiment.Load().Trials.Select(t => t.Hash), config.Trials.Select(t => t.Hash));
    }

    private static ExperimentConfig Load(string section) => SmallExperiment.Load(settings: $"slurm={section}");
}

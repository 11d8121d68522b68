using System.CommandLine;
using SkillTorch.Experiments;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch run FILE</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Experiment file (JSON, comments allowed), or the experiment.json of a run.",
        };
        var options = new LayerOptions();
        var settings = new RunSettings();
        var engine = new EngineOption();
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "With --engine slurm: print the script of the jobs, and submit and write nothing.",
        };
        var output = new Option<string?>("--out")
        {
            HelpName = "DIR",
            Description =
                "Run directory. Default: runs/<tag>, and runs/<tag>-<profile> for another profile than quick. What it has already is "
                + "not trained again.",
        };
        var command = new CommandWithExamples(
            "run",
            "Runs an experiment: trains what the run directory does not have yet, then fits, analyses, judges claims, draws and reports.",
            "skilltorch run configs/my-experiment.json",
            "skilltorch run configs/my-experiment.json --set optimizer.learningRate=0.1 --set 'sweep.task.skills=[2,3,4]'",
            "skilltorch run configs/my-experiment.json --set 'sweep.optimizer.learningRate={\"from\":1e-4,\"to\":0.1,\"random\":12}' "
                + "--set budget.trials=200",
            "skilltorch run configs/my-experiment.json --profile paper --device cuda --out runs/big",
            "skilltorch run configs/my-experiment.json --engine local:4",
            "skilltorch run configs/my-experiment.json --engine slurm --set slurm.partition=gpu slurm.gpus=1 --dry-run"
        )
        {
            file,
        };
        options.AddTo(command);
        options.AddRepeatTo(command);
        command.Add(output);
        settings.AddTo(command);
        engine.AddTo(command);
        command.Add(dryRun);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && !engine.IsSlurm(result))
                result.AddError("Got `--dry-run` without `--engine slurm`; expected both, for it prints the script of Slurm's jobs.");
        });
        command.SetAction(parsed =>
        {
            var config = options.Load(parsed, parsed.GetValue(file)!);
            using var session = new RunSession();
            var run = settings.For(parsed, parsed.GetValue(output) ?? LayerOptions.DirectoryOf(config, "runs"));
            if (!parsed.GetValue(dryRun))
                return engine.Run(parsed, session, config, run);
            Console.Write(SlurmEngine.WriteScript(config, run, EngineOption.ThisProgram()));
            return ExitCode.Done;
        });
        return command;
    }
}

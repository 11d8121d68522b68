using SkillTorch.Cli;

return CommandLine.Run(args);

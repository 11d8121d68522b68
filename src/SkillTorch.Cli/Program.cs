using SkillTorch.Benchmarks;
using SkillTorch.Benchmarks.Plain;
using SkillTorch.Cli;

// The plain TorchSharp program that `bench` compares with, before anything has touched SkillTorch's library.
return args is [Competitor.PlainCommand] ? PlainServer.Serve() : CommandLine.Run(args);

using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Optimizers;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace SkillTorch.Tests.Optimizers;

/// <summary>Trajectories that golden/trajectories.py computes with 50 digits and without tensors.</summary>
public class GoldenTrajectoryTests
{
    public static TheoryData<string, string, int[][], double[][]> Cases => Read((_, _) => true);

    public static TheoryData<string, string, int[][], double[][]> TorchSharpCases =>
        Read((kind, options) => kind is "sgd" or "signgd" or "adam" or "adamw" && !options.TryGetProperty("cautious", out _));

    [Fact]
    public void Every_kind_has_a_trajectory() =>
        Assert.Empty(OptimizerTable.Rows.Values.Select(Catalog.KindOf).Except(Cases.Select(row => (string)row[0])));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_agree(string kind, string options, int[][] layers, double[][] expected)
    {
        var parameters = expected[0].Length;
        var actual = Descent.Path(
            Options(kind, options),
            Descent.Start[..parameters],
            Descent.CurvedValley,
            expected.Length,
            layers.Length > 0 ? Descent.Layout(layers) : null
        );
        for (var step = 0; step < expected.Length; step++)
        {
            Assert.All(
                actual[step].Zip(expected[step]),
                pair => Assert.Equal(pair.Second, pair.First, 1e-13 * Math.Max(1, Math.Abs(pair.Second)))
            );
        }
    }

    [Theory]
    [MemberData(nameof(TorchSharpCases))]
    public void The_optimizers_of_torchsharp_agree_too(string kind, string options, int[][] layers, double[][] expected)
    {
        Assert.Empty(layers);
        using var start = tensor(Descent.Start[..3], dtype: ScalarType.Float64);
        using var parameter = new Parameter(start);
        using var optimizer = Reference(Options(kind, options), [parameter]);
        foreach (var position in expected)
        {
            using var gradient = tensor(Descent.CurvedValley(Descent.Values(parameter.detach())), dtype: ScalarType.Float64);
            parameter.grad = gradient;
            optimizer.step();
            Assert.All(
                Descent.Values(parameter.detach()).Zip(position),
                pair => Assert.Equal(pair.Second, pair.First, 1e-13 * Math.Max(1, Math.Abs(pair.Second)))
            );
        }
    }

    private static optim.Optimizer Reference(OptimizerOptions options, Parameter[] parameters) =>
        options switch
        {
            SgdOptions o => optim.SGD(parameters, o.LearningRate, o.Momentum, 0, o.WeightDecay, o.Nesterov),
            SignGdOptions o => optim.Adam(parameters, o.LearningRate, 0, 0, o.Epsilon),
            AdamOptions o => optim.Adam(parameters, o.LearningRate, o.Beta1, o.Beta2, o.Epsilon, o.WeightDecay),
            AdamWOptions o => optim.AdamW(parameters, o.LearningRate, o.Beta1, o.Beta2, o.Epsilon, o.WeightDecay),
            _ => throw new ArgumentException($"Got {options}; expected an optimizer that TorchSharp has."),
        };

    private static OptimizerOptions Options(string kind, string options)
    {
        var section = JsonNode.Parse(options)!.AsObject();
        section["kind"] = kind;
        var problems = new List<ConfigProblem>();
        var bound = new OptionsBinder(problems).BindRecord(section, typeof(OptimizerOptions), "optimizer");
        Assert.Empty(problems);
        return (OptimizerOptions)bound!;
    }

    private static TheoryData<string, string, int[][], double[][]> Read(Func<string, JsonElement, bool> include)
    {
        var data = new TheoryData<string, string, int[][], double[][]>();
        foreach (var row in JsonDocument.Parse(File.ReadAllText(GoldenFile())).RootElement.EnumerateArray())
        {
            if (row.GetProperty("kind").GetString() is { } kind && include(kind, row.GetProperty("options")))
            {
                data.Add(
                    kind,
                    row.GetProperty("options").GetRawText(),
                    row.TryGetProperty("layers", out var layers) ? layers.Deserialize<int[][]>()! : [],
                    row.GetProperty("path").Deserialize<double[][]>()!
                );
            }
        }

        return data;
    }

    private static string GoldenFile([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "golden", "trajectories.json");
}

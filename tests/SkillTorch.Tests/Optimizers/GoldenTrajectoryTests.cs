using System.Runtime.CompilerServices;
using System.Text.Json;
using SkillTorch.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Optimizers;

/// <summary>Trajectories that golden/trajectories.py computes with 50 digits and without tensors.</summary>
public class GoldenTrajectoryTests
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    public static TheoryData<string, string, double[][]> Cases
    {
        get
        {
            var data = new TheoryData<string, string, double[][]>();
            foreach (var row in JsonDocument.Parse(File.ReadAllText(GoldenFile())).RootElement.EnumerateArray())
                data.Add(row.GetProperty("kind").GetString()!, row.GetProperty("options").GetRawText(), row.GetProperty("path").Deserialize<double[][]>()!);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_agree(string kind, string options, double[][] expected)
    {
        var actual = Descent.Path(Read(kind, options), [-1, 1.5, 0.25], Descent.CurvedValley, expected.Length);
        for (var step = 0; step < expected.Length; step++)
            Assert.All(actual[step].Zip(expected[step]), pair => Assert.Equal(pair.Second, pair.First, 1e-13 * Math.Max(1, Math.Abs(pair.Second))));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_optimizers_of_torchsharp_agree_too(string kind, string options, double[][] expected)
    {
        using var start = tensor((double[])[-1, 1.5, 0.25], dtype: ScalarType.Float64);
        using var parameter = new Parameter(start);
        using var optimizer = Reference(Read(kind, options), [parameter]);
        foreach (var position in expected)
        {
            using var gradient = tensor(Descent.CurvedValley(Descent.Values(parameter.detach())), dtype: ScalarType.Float64);
            parameter.grad = gradient;
            optimizer.step();
            Assert.All(Descent.Values(parameter.detach()).Zip(position), pair => Assert.Equal(pair.Second, pair.First, 1e-13 * Math.Max(1, Math.Abs(pair.Second))));
        }
    }

    private static optim.Optimizer Reference(OptimizerOptions options, Parameter[] parameters) => options switch
    {
        SgdOptions o => optim.SGD(parameters, o.LearningRate, o.Momentum, 0, o.WeightDecay, o.Nesterov),
        SignGdOptions o => optim.Adam(parameters, o.LearningRate, 0, 0, o.Epsilon),
        AdamOptions o => optim.Adam(parameters, o.LearningRate, o.Beta1, o.Beta2, o.Epsilon, o.WeightDecay),
        AdamWOptions o => optim.AdamW(parameters, o.LearningRate, o.Beta1, o.Beta2, o.Epsilon, o.WeightDecay),
        _ => throw new ArgumentException($"Got {options}; expected an optimizer that TorchSharp has."),
    };

    private static OptimizerOptions Read(string kind, string options) => kind switch
    {
        "sgd" => JsonSerializer.Deserialize<SgdOptions>(options, CamelCase)!,
        "signgd" => JsonSerializer.Deserialize<SignGdOptions>(options, CamelCase)!,
        "adam" => JsonSerializer.Deserialize<AdamOptions>(options, CamelCase)!,
        "adamw" => JsonSerializer.Deserialize<AdamWOptions>(options, CamelCase)!,
        _ => throw new ArgumentException($"Got `{kind}`; expected a kind of golden/trajectories.py."),
    };

    private static string GoldenFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "golden", "trajectories.json");
}

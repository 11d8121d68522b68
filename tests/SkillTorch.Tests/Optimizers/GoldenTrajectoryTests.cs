using System.Runtime.CompilerServices;
using System.Text.Json;
using SkillTorch.Optimizers;

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

using System.Text.Json.Nodes;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Benchmarks.Kernel;

/// <summary>What a step costs against each size, the others fixed, on one core: a table and its figure.</summary>
internal static class Scaling
{
    private const int Rounds = 3;

    public static void Write(double seconds, string folder)
    {
        var points = new List<(string Axis, int Size, string Of, Func<double> Measure)>();
        foreach (int width in (int[])[16, 32, 64, 128, 256, 512, 1024, 2048, 4096])
        {
            Add("width", width, "batch 4000", new BinaryMlpShape(1, 5, 32, width, 1), 4000);
        }

        foreach (int batch in (int[])[250, 500, 1000, 2000, 4000, 8000, 16000, 32000])
        {
            Add("batch", batch, "width 1000", new BinaryMlpShape(1, 5, 32, 1000, 1), batch);
            Add("batch", batch, "width 10", new BinaryMlpShape(1, 5, 32, 10, 1), batch);
        }

        foreach (int replicates in (int[])[1, 2, 5, 10, 20, 50, 100])
        {
            Add("replicates", replicates, "width 10, batch 4000", new BinaryMlpShape(replicates, 5, 32, 10, 1), 4000);
            Add("replicates", replicates, "width 100, batch 4000", new BinaryMlpShape(replicates, 5, 32, 100, 1), 4000);
        }

        // Rounds lie apart, so that what else the machine does at one time does not bend a line.
        double[] least = [.. points.Select(_ => double.PositiveInfinity)];
        for (int i = 0; i < Rounds * points.Count; i++)
        {
            least[i % points.Count] = Math.Min(least[i % points.Count], points[i % points.Count].Measure());
        }

        Directory.CreateDirectory(folder);
        var rows = new JsonArray();
        var lines = new List<string> { "axis,size,of,milliseconds,proportional" };
        foreach (((string axis, int size, string of, _), double time) in points.Zip(least))
        {
            // What it would cost in proportion, at the line's best rate.
            double proportional = size * points.Zip(least, (p, t) => p.Axis == axis && p.Of == of ? t / p.Size : double.PositiveInfinity).Min();
            lines.Add(FormattableString.Invariant($"{axis},{size},\"{of}\",{time:R},{proportional:R}"));
            rows.Add(new JsonObject { ["axis"] = axis, ["size"] = size, ["of"] = of, ["milliseconds"] = time, ["proportional"] = proportional });
        }

        File.WriteAllLines(Path.Combine(folder, "scaling.csv"), lines);
        JsonNode figure = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scaling.vl.json")))!;
        figure["data"] = new JsonObject { ["values"] = rows };
        File.WriteAllText(Path.Combine(folder, "scaling.vl.json"), figure.ToJsonString());

        void Add(string axis, int size, string of, BinaryMlpShape shape, int batch) =>
            points.Add((axis, size, of, () => Steps.Measure<float>(shape, batch, 1, seconds / Rounds, fresh: true).Least));
    }
}

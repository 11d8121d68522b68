using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks.Plain;

/// <summary>Samples: inputs [B, I], targets [B, O] or classes [B], and the weights of the loss's entries [B, O], null where all
/// count.</summary>
internal sealed record Samples(Tensor Inputs, Tensor Targets, Tensor? Weights = null);

/// <summary>What a trial is trained on, drawn once or at every step.</summary>
internal sealed record PlainData(Func<Samples> Draw, int Inputs, int Outputs, int Skills)
{
    public static PlainData Create(JsonNode task, JsonNode training, ScalarType dtype, Device device)
    {
        var (batch, dataset) = ((int?)training["batchSize"], (int?)training["datasetSize"]);
        if (training["minimumBatchSize"] is not null || (batch is not null && dataset is not null))
            throw PlainTrial.Unknown("training.batchSize", "of a dataset");
        var data = (string?)task["kind"] switch
        {
            "multitask-sparse-parity" => Multitask(task, (batch ?? dataset)!.Value, dtype, device),
            "sparse-parity" => Parity(task, (batch ?? dataset)!.Value, dtype, device),
            "squares" => Squares(task, (batch ?? dataset)!.Value, dtype, device),
            "modular-addition" when batch is null => Modular(task, device),
            var kind => throw PlainTrial.Unknown("task", kind),
        };
        if (batch is not null)
            return data;
        var samples = data.Draw();
        return data with { Draw = () => samples };
    }

    private static PlainData Multitask(JsonNode task, int size, ScalarType dtype, Device device)
    {
        var (skills, bits, each, scale) = (
            (int)task["skills"]!,
            (int)task["skillBits"]!,
            (int)task["parityBits"]!,
            (double)task["targetScale"]!
        );
        if ((bool)task["overlap"]!)
            throw PlainTrial.Unknown("task.overlap", true);
        var frequencies = arange(1, skills + 1, dtype: float64, device: device).pow(-(double)task["frequencyExponent"]!);
        var places = arange(each, device: device).unsqueeze(0); // [1, m]
        return new PlainData(Draw, skills + bits, 1, skills);

        Samples Draw()
        {
            var x = randint(0, 2, [size, skills + bits], dtype: dtype, device: device);
            var skill = multinomial(frequencies, size, true).unsqueeze(1); // [B, 1]
            x.narrow(1, 0, skills).zero_();
            x.scatter_(1, skill, ones(size, 1, dtype: dtype, device: device));
            var odd = x.gather(1, skills + each * skill + places).sum(1, keepdim: true).remainder(2);
            return new Samples(x, scale * (1 - 2 * odd));
        }
    }

    private static PlainData Parity(JsonNode task, int size, ScalarType dtype, Device device)
    {
        var parities = ((JsonArray)task["parities"]!).Select(parity => parity!).ToArray();
        long[][] bits = [.. parities.Select(parity => ((JsonArray)parity["bits"]!).Select(bit => (long)bit! - 1).ToArray())];
        double[] fractions = [.. parities.Select(parity => (double)parity["fraction"]!)];
        var inputs = (int)task["inputBits"]!;
        return new PlainData(Draw, inputs, bits.Length, bits.Length);

        Samples Draw()
        {
            var x = randint(0, 2, [size, inputs], dtype: dtype, device: device);
            var y = stack([.. bits.Select(own => x.index_select(1, tensor(own, device: device)).sum(1).remainder(2))], 1);
            return new Samples(x, y, fractions.Any(f => f < 1) ? rand_like(y).lt(tensor(fractions, device: device)).to(dtype) : null);
        }
    }

    private static PlainData Squares(JsonNode task, int size, ScalarType dtype, Device device)
    {
        var skills = ((JsonArray)task["skills"]!).Select(skill => ((double)skill!["fraction"]!, (int)skill["power"]!)).ToArray();
        return new PlainData(Draw, skills.Length, skills.Length, skills.Length);

        Samples Draw()
        {
            var weights = zeros(size, skills.Length, dtype: dtype, device: device);
            var (first, share) = (0, 0.0);
            foreach (var (k, (fraction, _)) in skills.Index())
            {
                var end = (int)Math.Round((share += fraction) * size);
                weights.narrow(1, k, 1).narrow(0, first, end - first).fill_(1);
                first = end;
            }

            var x = (rand(size, skills.Length, dtype: dtype, device: device) * 2 - 1) * weights;
            return new Samples(x, stack([.. skills.Select((skill, k) => x.select(1, k).pow(skill.Item2))], 1), weights);
        }
    }

    private static PlainData Modular(JsonNode task, Device device)
    {
        var p = (int)task["modulus"]!;
        return new PlainData(Draw, 2 * p, p, 2);

        Samples Draw()
        {
            var pairs = randperm(p * p, device: device).narrow(0, 0, (int)((double)task["trainFraction"]! * p * p)).sort().Values;
            var (a, b) = (pairs.div(p, RoundingMode.floor), pairs.remainder(p));
            return new Samples(stack([a, b], 1), (a + b).remainder(p));
        }
    }
}

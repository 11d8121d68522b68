using System.Text.Json.Nodes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks.Plain;

/// <summary>The Geometry model as published: the strength of every skill, a batch of skills, and their mean loss's gradient.</summary>
internal sealed class PlainGeometry : PlainTrial
{
    private readonly Descent descent;
    private readonly Tensor frequencies;
    private readonly bool entropy,
        half;
    private readonly double noise;
    private readonly int batch;
    private readonly int? every;
    private int done;

    public PlainGeometry(JsonObject trial, Device device)
    {
        var (task, model, training) = (trial["task"]!, trial["model"]!, trial["training"]!);
        if (task["frequencyBase"] is not null || task["prerequisites"] is JsonArray { Count: > 0 })
            throw Unknown("task", task["kind"]);
        if ((bool)model["alignedDimensions"]! || training["lossShaping"] is not null || (int?)training["batchSize"] is not > 0)
            throw Unknown("model", "aligned dimensions, exact batches or a shaped loss");
        (entropy, half) = ((string?)training["loss"] == "cross-entropy", (string?)model["gradient"] == "half");
        if (entropy && half)
            throw Unknown("model.gradient", "half of a cross-entropy's");
        var dtype = (string?)training["precision"] == "float64" ? float64 : float32;
        var (count, d) = ((int)task["count"]!, (int)model["dimensions"]!);
        frequencies = task["frequencies"] is JsonArray list
            ? tensor(list.Select(p => (double)p!).ToArray(), device: device)
            : arange(1, count + 1, dtype: float64, device: device).pow(-((double?)task["frequencyExponent"] ?? 0));
        var random = randn(count, d, dtype: dtype, device: device);
        TaskVectors = (string?)model["taskVectors"] switch
        {
            "orthonormal" => linalg.qr(random.transpose(0, 1)).Q.transpose(0, 1).contiguous(),
            "unit" => random / random.norm(1, keepdim: true),
            "gaussian" => random / Math.Sqrt(d),
            var kind => throw Unknown("model.taskVectors", kind),
        };
        Position = new Parameter(zeros(d, dtype: dtype, device: device));
        descent = Descent.Create(trial["optimizer"]!, [Position]);
        (batch, noise, every) = ((int)training["batchSize"]!, (double)model["gradientNoise"]!, EveryOf(trial));
    }

    /// <summary>Task vectors [K, d].</summary>
    public Tensor TaskVectors { get; }

    /// <summary>The parameters [d].</summary>
    public Parameter Position { get; }

    public override void Step() => Step(multinomial(frequencies, batch, true));

    /// <summary>A step on given skills.</summary>
    /// <param name="shown">The batch's skills, from 0.</param>
    public void Step(Tensor shown)
    {
        descent.ZeroGradient();
        var strength = TaskVectors.mv(Position);
        if (entropy)
            strength = strength.sigmoid();
        if (done++ % every == 0)
            Measure(strength.detach());
        var own = strength.index_select(0, shown);
        if (half)
        {
            using var noGrad = no_grad();
            Position.grad = (TaskVectors.index_select(0, shown) * (1 - own).unsqueeze(1)).mean([0]).neg();
        }
        else
        {
            (entropy ? own.log().neg() : (1 - own).pow(2)).mean().backward();
        }

        if (noise > 0)
            Position.grad!.add_(randn_like(Position), noise);
        descent.Step();
    }

    private void Measure(Tensor strength)
    {
        using var noGrad = no_grad();
        Read(strength);
        Read(entropy ? strength.log().neg() : (1 - strength).pow(2));

        static void Read(Tensor values) => values.to(float64).cpu().data<double>().ToArray();
    }

    public override void Dispose() { }
}

using System.Text.Json.Nodes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks.Plain;

/// <summary>A network's training by autograd.</summary>
internal sealed class PlainNetwork : PlainTrial
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly Descent descent;
    private readonly PlainData data;
    private readonly bool entropy,
        shaped,
        measuresAccuracy;
    private readonly int? every;
    private int done;

    public PlainNetwork(JsonObject trial, Device device)
    {
        var training = trial["training"]!;
        var dtype = (string?)training["precision"] switch
        {
            "float64" => float64,
            "float32" => float32,
            "tf32" => float32,
            var other => throw Unknown("training.precision", other),
        };
        if (device.type == DeviceType.CUDA)
            backends.cuda.matmul.allow_tf32 = (string?)training["precision"] == "tf32";
        entropy = (string?)training["loss"] == "cross-entropy";
        shaped =
            training["lossShaping"] is { } shaping
            && (
                (string?)shaping["kind"] == "power" && (double)shaping["gamma"]! == 1
                    ? true
                    : throw Unknown("training.lossShaping", shaping["kind"])
            );
        every = EveryOf(trial);
        var task = (string?)trial["task"]!["kind"];
        measuresAccuracy = task == "sparse-parity";
        if (every < 1000 && task is not ("squares" or "sparse-parity"))
            throw Unknown("measure", $"of {task}");
        data = PlainData.Create(trial["task"]!, training, dtype, device);
        network = PlainModels.Create(trial["model"]!, data.Inputs, data.Outputs, data.Skills);
        network.to(dtype).to(device);
        Parameters = [.. network.parameters()];
        descent = Descent.Create(trial["optimizer"]!, Parameters);
    }

    /// <summary>Weights and biases, layer by layer.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    public override void Step() => Step(data.Draw());

    /// <summary>A step on given samples.</summary>
    /// <returns>The loss before the update.</returns>
    public Tensor Step(Samples samples)
    {
        descent.ZeroGradient();
        var outputs = network.forward(samples.Inputs); // [B, O]
        Tensor loss;
        Tensor? held = null;
        if (samples.Targets.Dimensions == 1)
        {
            loss = nn.functional.cross_entropy(outputs, samples.Targets);
        }
        else if (samples.Weights is null && !shaped && every is null && !entropy)
        {
            loss = nn.functional.mse_loss(outputs, samples.Targets);
        }
        else
        {
            var entries = entropy
                ? nn.functional.binary_cross_entropy_with_logits(outputs, samples.Targets, reduction: nn.Reduction.None)
                : (outputs - samples.Targets).pow(2);
            if (samples.Weights is { } weights)
                entries = entries * weights;
            held = entries.detach();
            loss = shaped ? (entries * held / held.mean()).mean() : entries.mean();
        }

        loss.backward();
        descent.Step();
        if (done++ % every == 0 && held is not null)
            Measure(samples, outputs, held);
        return loss;
    }

    private void Measure(Samples samples, Tensor outputs, Tensor entries)
    {
        using var noGrad = no_grad();
        Read(entries.sum(0) / (samples.Weights?.sum(0) ?? samples.Targets.shape[0]));
        if (measuresAccuracy)
            Read(outputs.gt(entropy ? 0 : 0.5).eq(samples.Targets.gt(0.5)).to(float64).mean([0]));

        static void Read(Tensor values) => values.to(float64).cpu().data<double>().ToArray();
    }

    public override void Dispose() => network.Dispose();
}

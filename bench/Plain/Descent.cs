using System.Text.Json.Nodes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks.Plain;

/// <summary>An optimizer: torch.optim's where it has the kind, else as few operations as there can be.</summary>
internal abstract class Descent
{
    private static readonly string[] Others =
    [
        "learningRateSchedule",
        "cautious",
        "gradientClipNorm",
        "gradientClipValue",
        "gradientNoise",
        "alphaWarmup",
        "beta3Warmup",
    ];

    public abstract void ZeroGradient();

    public abstract void Step();

    public static Descent Create(JsonNode options, IReadOnlyList<Parameter> parameters)
    {
        if (Others.FirstOrDefault(name => options[name] is { } value && value.ToJsonString() is not ("0" or "false")) is { } other)
            throw PlainTrial.Unknown("optimizer", other);
        double Read(string name) => (double)options[name]!;
        var rate = Read("learningRate");
        return (string?)options["kind"] switch
        {
            "sgd" => new OfTorch(
                optim.SGD(parameters, rate, Read("momentum"), weight_decay: Read("weightDecay"), nesterov: (bool)options["nesterov"]!)
            ),
            "signgd" => new OfTorch(optim.Adam(parameters, rate, 0, 0, Read("epsilon"))), // as published
            "adam" => new OfTorch(optim.Adam(parameters, rate, Read("beta1"), Read("beta2"), Read("epsilon"), Read("weightDecay"))),
            "adamw" => new OfTorch(optim.AdamW(parameters, rate, Read("beta1"), Read("beta2"), Read("epsilon"), Read("weightDecay"))),
            "lion" when Read("weightDecay") == 0 => new PlainLion(parameters, rate, Read("beta1"), Read("beta2")),
            "ademamix" when Read("weightDecay") == 0 => new PlainAdEmaMix(
                parameters,
                rate,
                Read("beta1"),
                Read("beta2"),
                Read("beta3"),
                Read("alpha"),
                Read("epsilon")
            ),
            var kind => throw PlainTrial.Unknown("optimizer", kind),
        };
    }

    private sealed class OfTorch(optim.Optimizer optimizer) : Descent
    {
        public override void ZeroGradient() => optimizer.zero_grad();

        public override void Step() => optimizer.step();
    }

    /// <summary>arXiv:2302.06675.</summary>
    private sealed class PlainLion(IReadOnlyList<Parameter> parameters, double rate, double beta1, double beta2) : Descent
    {
        private readonly Tensor[] means = [.. parameters.Select(x => zeros_like(x))];

        public override void ZeroGradient() => Clear(parameters);

        public override void Step()
        {
            using var noGrad = no_grad();
            foreach (var (x, mean) in parameters.Zip(means))
            {
                x.add_(x.grad!.lerp(mean, beta1).sign_(), -rate);
                mean.lerp_(x.grad!, 1 - beta2);
            }
        }
    }

    /// <summary>arXiv:2409.03137.</summary>
    private sealed class PlainAdEmaMix(
        IReadOnlyList<Parameter> parameters,
        double rate,
        double beta1,
        double beta2,
        double beta3,
        double alpha,
        double epsilon
    ) : Descent
    {
        private readonly (Tensor Fast, Tensor Slow, Tensor Square)[] state =
        [
            .. parameters.Select(x => (zeros_like(x), zeros_like(x), zeros_like(x))),
        ];
        private int step;

        public override void ZeroGradient() => Clear(parameters);

        public override void Step()
        {
            using var noGrad = no_grad();
            step++;
            var scale = Math.Sqrt(1 - Math.Pow(beta2, step));
            foreach (var (x, (fast, slow, square)) in parameters.Zip(state))
            {
                fast.lerp_(x.grad!, 1 - beta1);
                slow.lerp_(x.grad!, 1 - beta3);
                square.mul_(beta2).addcmul_(x.grad!, x.grad!, 1 - beta2);
                var denominator = square.sqrt().add_(epsilon * scale);
                x.addcdiv_(slow.mul(alpha).add_(fast, 1 / (1 - Math.Pow(beta1, step))), denominator, -rate * scale);
            }
        }
    }

    private static void Clear(IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
            parameter.grad = null;
    }
}

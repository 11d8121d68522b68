using System.Text.Json.Nodes;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Net = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace SkillTorch.Benchmarks.Plain;

/// <summary>The networks as plain modules.</summary>
internal static class PlainModels
{
    public static Net Create(JsonNode model, int inputs, int outputs, int skills)
    {
        int Read(string name) => (int)model[name]!;
        int[] Widths() => [.. ((JsonArray)model["widths"]!).Select(width => (int)width!)];
        Net network = (string?)model["kind"] switch
        {
            "two-layer-mlp" => Perceptron([inputs, Read("width"), outputs], model),
            "mlp" => Perceptron([inputs, .. Widths(), outputs], model),
            "modular-mlp" when model["modules"] is null && inputs == skills && outputs == skills => Perceptron(
                [inputs, .. Widths(), outputs],
                model,
                (i, o) => new Masked(i, o, skills)
            ),
            "embedding-mlp" => new Embedded(
                inputs / Read("tokens"),
                Read("embedding"),
                (double)model["embeddingStd"]!,
                Perceptron([Read("tokens") * Read("embedding"), .. Widths(), outputs], model)
            ),
            "decoder-transformer"
                when (bool)model["causal"]! && (string?)model["positions"] == "one-hot" && (string?)model["activation"] == "relu" =>
                new Transformer(inputs, outputs, Read("embedding"), Read("heads"), Read("blocks")),
            var kind => throw PlainTrial.Unknown("model", kind),
        };
        if (model["initialStd"] is { } std)
        {
            foreach (var parameter in network.parameters())
                nn.init.normal_(parameter, 0, (double)std);
        }

        return network;
    }

    private static Sequential Perceptron(int[] widths, JsonNode model, Func<int, int, Net>? linear = null)
    {
        linear ??= (inputs, outputs) => nn.Linear(inputs, outputs);
        var layers = new List<Net> { linear(widths[0], widths[1]) };
        for (var i = 1; i < widths.Length - 1; i++)
        {
            layers.Add(
                (string?)model["activation"] switch
                {
                    "relu" => nn.ReLU(),
                    "silu" => nn.SiLU(),
                    var other => throw PlainTrial.Unknown("model.activation", other),
                }
            );
            layers.Add(linear(widths[i], widths[i + 1]));
        }

        return nn.Sequential([.. layers]);
    }

    /// <summary>A linear layer in blocks, as published: the mask is a factor of the weight.</summary>
    private sealed class Masked : Net
    {
        private readonly Linear linear;
        private readonly Tensor mask;

        public Masked(int inputs, int outputs, int blocks)
            : base(nameof(Masked))
        {
            linear = nn.Linear(inputs, outputs);
            mask = block_diag([.. Enumerable.Repeat(ones(outputs / blocks, inputs / blocks), blocks)]);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => nn.functional.linear(x, linear.weight * mask, linear.bias);
    }

    /// <summary>A perceptron on the embeddings of two tokens, side by side.</summary>
    private sealed class Embedded : Net
    {
        private readonly Parameter embedding;
        private readonly Sequential layers;

        public Embedded(int values, int size, double std, Sequential layers)
            : base(nameof(Embedded))
        {
            embedding = new Parameter(randn(values, size) * std);
            this.layers = layers;
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens) =>
            layers.forward(cat([.. tokens.unbind(1).Select(column => embedding.index_select(0, column))], 1));
    }

    private sealed class Block : Net
    {
        private readonly int heads;
        private readonly LayerNorm attentionNorm;
        private readonly Linear attentionIn,
            attentionOut;
        private readonly LayerNorm mlpNorm;
        private readonly Linear mlpIn,
            mlpOut;

        public Block(int width, int heads)
            : base(nameof(Block))
        {
            this.heads = heads;
            (attentionNorm, mlpNorm) = (nn.LayerNorm(width), nn.LayerNorm(width));
            (attentionIn, attentionOut) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
            (mlpIn, mlpOut) = (nn.Linear(width, 4 * width), nn.Linear(4 * width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = attentionIn
                .forward(attentionNorm.forward(x))
                .split(width, 2)
                .Select(part => part.view(batch, tokens, heads, width / heads).transpose(1, 2))
                .ToArray(); // [B, H, I, E/H]
            var attended = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
            x = x + attentionOut.forward(attended.transpose(1, 2).reshape(batch, tokens, width));
            return x + mlpOut.forward(nn.functional.relu(mlpIn.forward(mlpNorm.forward(x))));
        }
    }

    private sealed class Transformer : Net
    {
        private readonly Linear embedding;
        private readonly Sequential blocks;
        private readonly LayerNorm lastNorm;
        private readonly Linear readout;
        private readonly Tensor positions;

        public Transformer(int tokens, int outputs, int width, int heads, int blocks)
            : base(nameof(Transformer))
        {
            embedding = nn.Linear(2 + tokens, width);
            this.blocks = nn.Sequential([.. Enumerable.Range(0, blocks).Select(_ => (Net)new Block(width, heads))]);
            lastNorm = nn.LayerNorm(width);
            readout = nn.Linear(tokens * width, outputs);
            positions = eye(tokens);
            RegisterComponents();
        }

        public override Tensor forward(Tensor bits)
        {
            var (batch, tokens) = (bits.shape[0], bits.shape[1]);
            var x = cat([1 - bits.unsqueeze(2), bits.unsqueeze(2), positions.expand(batch, tokens, tokens)], 2); // [B, I, 2 + I]
            x = nn.functional.relu(embedding.forward(x));
            return readout.forward(lastNorm.forward(blocks.forward(x)).flatten(1));
        }
    }
}

using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>
/// The rows of activations that a decoder transformer on bits computes: one for each position and sample, or, where a token sees
/// only itself and what came before, one for each position and distinct beginning of a sample. Samples that begin alike share all
/// that is computed of their beginning: after the one-hot part of a multitask sample and k further bits there are at most 2^k
/// different ones of each skill, whatever the number of samples.
/// </summary>
/// <param name="Token">Which of the 2I tokens (position i as 0, position i as 1) a row is, one-hot [R, U, 2I].</param>
/// <param name="Absent">0 for the tokens that a row attends to, −1e30 for all others [R, U, 2I].</param>
/// <param name="Position">Position of a row [U], from 0.</param>
/// <param name="OfSample">Row of each position and sample [I·B]; null where rows are just these.</param>
/// <param name="Example">Position and sample that stands for a row [U], as index into [I·B]; null where rows are just these.</param>
internal sealed record TokenRows(Tensor Token, Tensor Absent, Tensor Position, Tensor? OfSample, Tensor? Example)
{
    public const double Never = -1e30; // added to the logit of what is not attended to; exp is 0, and 0 times it is 0

    /// <summary>The rows of a stack's samples; those of one network on the host share beginnings.</summary>
    /// <param name="inputs">Bits [R, B, I].</param>
    /// <param name="causal">Whether a token attends to itself and the tokens before it only.</param>
    public static TokenRows From(Tensor inputs, bool causal) =>
        causal && inputs.shape[0] == 1 && inputs.device.type == TorchSharp.DeviceType.CPU ? Shared(inputs) : All(inputs, causal);

    /// <summary>A row for each position and sample, position by position.</summary>
    private static TokenRows All(Tensor inputs, bool causal)
    {
        var (r, b, i) = (inputs.shape[0], inputs.shape[1], inputs.shape[2]);
        var (dtype, device) = (inputs.dtype, inputs.device);
        var bits = inputs.transpose(1, 2); // [R, I, B]
        var own = stack([bits.OneMinus(), bits], -1); // [R, I, B, 2]: which of a position's two tokens a sample has
        var token = own.unsqueeze(3) * eye(i, dtype: dtype, device: device).view(i, 1, i, 1); // [R, I, B, I, 2]
        var absent = own.OneMinus().Times(Never).permute(0, 2, 1, 3).unsqueeze(1); // [R, 1, B, I, 2]
        if (causal)
            absent = absent.Plus(TensorArithmetic.AboveDiagonal(i, Never, dtype, device).view(i, 1, i, 1)); // [R, I, B, I, 2]
        var position = IntegerArithmetic.Range(i, device).view(i, 1).expand(i, b).reshape(-1); // [I·B]
        return new TokenRows(token.view(r, i * b, 2 * i), absent.expand(r, i, b, i, 2).reshape(r, i * b, 2 * i), position, null, null);
    }

    private static TokenRows Shared(Tensor inputs)
    {
        var (samples, positions) = ((int)inputs.shape[1], (int)inputs.shape[2]);
        using var host = inputs.to(ScalarType.Byte).contiguous();
        var bits = host.bytes; // [B, I]
        List<long> position = [],
            example = [];
        var ofSample = new long[positions * samples];
        var beginning = new int[samples]; // which of the beginnings a sample has, numbered at each position
        var beginnings = 1;
        for (var i = 0; i < positions; i++)
        {
            var next = new int[2 * beginnings];
            Array.Fill(next, -1);
            beginnings = 0;
            var first = position.Count;
            for (var b = 0; b < samples; b++)
            {
                ref var at = ref next[2 * beginning[b] + bits[b * positions + i]];
                if (at < 0)
                {
                    at = beginnings++;
                    position.Add(i);
                    example.Add(i * samples + b);
                }

                beginning[b] = at;
                ofSample[i * samples + b] = first + at;
            }
        }

        var token = new float[position.Count * 2 * positions];
        var absent = new float[token.Length];
        Array.Fill(absent, (float)Never);
        for (var u = 0; u < position.Count; u++)
        {
            var sample = (int)(example[u] % samples);
            token[(u * positions + (int)position[u]) * 2 + bits[sample * positions + (int)position[u]]] = 1;
            for (var j = 0; j <= position[u]; j++)
                absent[(u * positions + j) * 2 + bits[sample * positions + j]] = 0;
        }

        long[] shape = [1, position.Count, 2 * positions];
        return new TokenRows(
            tensor(token, shape).to(inputs.dtype),
            tensor(absent, shape).to(inputs.dtype),
            tensor(position.ToArray()),
            tensor(ofSample),
            tensor(example.ToArray())
        );
    }
}

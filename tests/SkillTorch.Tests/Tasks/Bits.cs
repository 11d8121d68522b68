using SkillTorch.Tasks;

namespace SkillTorch.Tests.Tasks;

/// <summary>Reads packed batches bit by bit.</summary>
internal static class Bits
{
    /// <summary>Input bits [I] of a sample.</summary>
    public static int[] From(Batch batch, int set, int sample) =>
        [
            .. Enumerable.Range(0, batch.TokenInputs).Select(i => batch.Tokens![set * batch.Size + sample] == i ? 1 : 0),
            .. Enumerable
                .Range(0, batch.Inputs - batch.TokenInputs)
                .Select(i => (int)(batch.Words![(set * batch.Size + sample) * batch.WordsPerSample + i / 32] >> (i % 32)) & 1),
        ];

    /// <summary>Targets [O] of a sample.</summary>
    public static double[] Targets(Batch batch, int set, int sample) =>
        batch.Targets[((set * batch.Size + sample) * batch.Outputs)..((set * batch.Size + sample + 1) * batch.Outputs)];

    /// <summary>Every sample of a set, inputs and targets, as text that can be compared.</summary>
    public static string[] Samples(Batch batch, int set) =>
        [
            .. Enumerable
                .Range(0, batch.Size)
                .Select(i => $"{string.Concat(From(batch, set, i))}|{string.Join(',', Targets(batch, set, i))}"),
        ];
}

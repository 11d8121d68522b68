using System.Numerics;
using FsCheck.Xunit;
using SkillTorch.Randomness;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Tests.Training.Kernels;

public class BitInputsTests
{
    [Property(MaxTest = 100)]
    public void Unpacked_rows_hold_the_bits_and_pack_back(byte samples, byte size, byte control, ulong seed)
    {
        int count = samples % 20, bits = 1 + size % 80, controls = control % 6, width = BitInputs.WordsPerSample(bits);
        uint[] words = new uint[count * width];
        new RandomStream(seed, RandomPurpose.Data).FillBits(words);
        int[] skills = [.. Enumerable.Range(0, controls > 0 ? count : 0).Select(b => b % controls)];
        AssertUnpacked<float>();
        AssertUnpacked<double>();
        AssertUnpacked<int>();

        void AssertUnpacked<T>()
            where T : unmanaged, INumberBase<T>
        {
            T[] dense = new T[count * (controls + bits)];
            BitInputs.Unpack(words, bits, skills, controls, dense);
            for (int b = 0; b < count; b++)
            {
                for (int j = 0; j < controls + bits; j++)
                {
                    int i = j - controls;
                    bool expected = i < 0 ? skills[b] == j : ((words[b * width + i / 32] >> (i % 32)) & 1) == 1;
                    Assert.Equal(expected ? T.One : T.Zero, dense[b * (controls + bits) + j]);
                }
            }

            T[] rows = new T[count * bits];
            uint[] packed = new uint[words.Length];
            BitInputs.Unpack(words, bits, rows);
            BitInputs.Pack<T>(rows, bits, packed);
            T[] again = new T[rows.Length];
            BitInputs.Unpack(packed, bits, again);
            Assert.Equal(rows, again);
        }
    }

    [Property(MaxTest = 100)]
    public void Parity_counts_the_bits_of_the_mask(byte samples, byte size, ulong seed)
    {
        int count = 1 + samples % 40, bits = 1 + size % 80, width = BitInputs.WordsPerSample(bits);
        const int Skills = 3;
        uint[] words = new uint[count * width], masks = new uint[Skills * width];
        new RandomStream(seed, RandomPurpose.Data).FillBits(words);
        new RandomStream(seed, RandomPurpose.TaskVectors).FillBits(masks);
        int[] skills = [.. Enumerable.Range(0, count).Select(b => b * 7 % Skills)];
        float[] own = new float[count], all = new float[count * Skills];
        BitInputs.Parity(words, masks, width, skills, 5f, -5f, own);
        for (int k = 0; k < Skills; k++)
        {
            BitInputs.Parity(words, masks.AsSpan(k * width, width), 5f, -5f, all.AsSpan(k), Skills);
        }

        for (int b = 0; b < count; b++)
        {
            for (int k = 0; k < Skills; k++)
            {
                int ones = Enumerable.Range(0, width).Sum(i => BitOperations.PopCount(words[b * width + i] & masks[k * width + i]));
                Assert.Equal(ones % 2 == 0 ? 5f : -5f, all[b * Skills + k]);
            }

            Assert.Equal(all[b * Skills + skills[b]], own[b]);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_named()
    {
        Assert.Contains("`words`", Assert.Throws<ArgumentException>(() => BitInputs.Unpack<float>(new uint[3], 10, new float[20])).Message);
        Assert.Contains("`controls[1]`", Assert.Throws<ArgumentException>(() => BitInputs.Unpack<float>(new uint[2], 10, new int[] { 0, 2 }, 2, new float[24])).Message);
        Assert.Contains("`words`", Assert.Throws<ArgumentException>(() => BitInputs.Parity(new uint[3], new uint[1], 0f, 1f, new float[2])).Message);
    }
}

using System.Runtime.Intrinsics;
using FsCheck.Xunit;
using SkillTorch.Numerics;

namespace SkillTorch.Tests.Numerics;

public class PhiloxTests
{
    // The known-answer vectors published with Random123 (kat_vectors, philox4x32, 10 rounds).
    [Theory]
    [InlineData(
        0x00000000u,
        0x00000000u,
        0x00000000u,
        0x00000000u,
        0x0000000000000000ul,
        0x6627e8d5u,
        0xe169c58du,
        0xbc57ac4cu,
        0x9b00dbd8u
    )]
    [InlineData(
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xfffffffffffffffful,
        0x408f276du,
        0x41c83b0eu,
        0xa20bc7c6u,
        0x6d5451fdu
    )]
    [InlineData(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0x299f31d0a4093822ul,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void Block_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, ulong key, uint w0, uint w1, uint w2, uint w3)
    {
        Assert.Equal(Vector128.Create(w0, w1, w2, w3), Philox.DrawBlock(Vector128.Create(c0, c1, c2, c3), key));
        foreach (var bits in (int[])[0, 256, 512])
        {
            var words = new uint[4 * 16];
            var first = Math.Min(c0, uint.MaxValue - 15); // sixteen blocks that hold the known one
            Philox.Fill(words, key, first, c1, c2, c3, bits);
            Assert.Equal([w0, w1, w2, w3], words.AsSpan((int)(4 * (c0 - first)), 4));
        }
    }

    [Property(MaxTest = 100)]
    public void Vector_widths_give_the_same_bits(ulong key, uint firstBlock, uint c1, uint c2, uint c3, byte blocks)
    {
        firstBlock &= 0x7fffffff;
        uint[] scalar = new uint[4 * blocks],
            wide = new uint[4 * blocks];
        Philox.Fill(scalar, key, firstBlock, c1, c2, c3, 0);
        foreach (var bits in (int[])[256, 512])
        {
            Philox.Fill(wide, key, firstBlock, c1, c2, c3, bits);
            Assert.Equal(scalar, wide);
        }
    }

    [Fact]
    public void Fill_refuses_what_it_cannot_fill()
    {
        Assert.Throws<ArgumentException>(() => Philox.Fill(new uint[5], 0, 0, 0, 0, 0));
        Assert.Throws<ArgumentException>(() => Philox.Fill(new uint[8], 0, uint.MaxValue, 0, 0, 0));
    }
}

using System.Buffers.Binary;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SkillTorch.Numerics;

namespace SkillTorch.Experiments;

/// <summary>
/// Values of a swept option by their ends, instead of a list: a grid of <c>points</c>, or <c>random</c> draws, evenly in the value
/// or in its logarithm. Options that take whole numbers get whole numbers.
/// </summary>
/// <remarks>
/// Random values are a function of the experiment's seed and the swept path: the first n of more draws are those of n draws, so a
/// search goes on where a smaller one ended, and every case is searched at the same fractions of its own range. All random keys of
/// a sweep are drawn together: <c>random</c> settings, not a grid of random values. Values are rounded to four significant digits
/// (linear: of the range), to be read and typed again.
/// </remarks>
internal sealed record SweepRange
{
    private const int Digits = 4;

    /// <summary>One end: the first value of a grid.</summary>
    public required double From { get; init; }

    /// <summary>The other end: the last value of a grid.</summary>
    public required double To { get; init; }

    /// <summary>Number of values of a grid, both ends included.</summary>
    [Range(2, 100_000)]
    public int? Points { get; init; }

    /// <summary>Number of values drawn at random, instead of <see cref="Points"/>.</summary>
    [Range(1, 100_000)]
    public int? Random { get; init; }

    /// <summary>What is even: the logarithm of the value, or the value.</summary>
    public SweepScale Scale { get; init; } = SweepScale.Log;

    /// <summary>The values.</summary>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="path">The swept path.</param>
    /// <param name="whole">Whether the option takes whole numbers only.</param>
    /// <returns><see cref="Points"/> values from one end to the other, or <see cref="Random"/> in the order of their draw.</returns>
    public double[] Values(ulong seed, string path, bool whole)
    {
        var fractions = new double[Points ?? Random ?? 0];
        if (Random is not null)
        {
            new RandomStream(seed, RandomPurpose.Search, Key(path)).FillUniform(fractions);
        }
        else
        {
            for (var i = 0; i < fractions.Length; i++)
                fractions[i] = i / (fractions.Length - 1.0);
        }

        return Array.ConvertAll(fractions, f => whole ? Math.Round(At(f)) : Rounded(At(f)));
    }

    private double At(double fraction) =>
        fraction switch
        {
            0 => From,
            1 => To,
            _ => Scale == SweepScale.Log ? From * Math.Pow(To / From, fraction) : From + (To - From) * fraction,
        };

    private double Rounded(double value) =>
        value == From || value == To ? value
        : Scale == SweepScale.Log
            ? double.Parse(value.ToString($"E{Digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : Math.Round(value, Math.Clamp(Digits - (int)Math.Floor(Math.Log10(Math.Abs(To - From))), 0, 15));

    private static ulong Key(string path) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
}

/// <summary>What is even between the ends of a range.</summary>
internal enum SweepScale
{
    /// <summary>The logarithm of the value; both ends are positive.</summary>
    Log,

    /// <summary>The value.</summary>
    Linear,
}

using System.Runtime.Intrinsics;

namespace SkillTorch.Numerics;

/// <summary>
/// The vector operations that the kernels need, so that each kernel is written once for every vector width and both
/// precisions; the just-in-time compiler makes straight machine code of each combination.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
/// <typeparam name="T">Its element: <see cref="float"/> or <see cref="double"/>.</typeparam>
internal unsafe interface ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    static abstract int Count { get; }

    static abstract TVector Load(T* source);

    static abstract void Store(TVector value, T* destination);

    static abstract TVector Broadcast(T value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a·b + addend, fused on every machine: a rounding between product and sum would change the bits.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector addend);

    /// <summary>max(0, a); a NaN stays one, so that a diverged network is seen in its loss.</summary>
    static abstract TVector Relu(TVector a);

    /// <summary>min(0, a); a NaN stays one.</summary>
    static abstract TVector NegativePart(TVector a);

    /// <summary>Bit j is set where element j is above 0.</summary>
    static abstract uint PositiveBits(TVector a);

    /// <summary>Bit j is set where element j has the sign bit.</summary>
    static abstract uint NegativeBits(TVector a);

    /// <summary>The same 32 bits in every element, to be tested with <see cref="UnitBit"/>.</summary>
    static abstract TVector Spread(uint bits);

    /// <summary>Bit <paramref name="first"/> + j in element j.</summary>
    static abstract TVector UnitBit(int first);

    /// <summary>sum + a where the element's bit is set, else sum.</summary>
    static abstract TVector AddWhere(TVector sum, TVector a, TVector spread, TVector unitBit);

    /// <summary>a where the element's bit is set, else 0.</summary>
    static abstract TVector Select(TVector a, TVector spread, TVector unitBit);

    /// <summary>Each element of <paramref name="a"/> where <paramref name="mask"/> has all its bits, of <paramref name="b"/> where
    /// none.</summary>
    static abstract TVector Blend(TVector mask, TVector a, TVector b);

    /// <summary>Sums parts of the vector into 128 bits.</summary>
    static abstract Vector128<T> Fold(TVector a);

    /// <summary><see cref="Fold"/> of as many vectors as a vector has parts of 128 bits, the first one, two or four, side by side.</summary>
    static abstract TVector FoldParts(TVector a, TVector b, TVector c, TVector d);

    /// <summary>Sums the elements of each part of 128 bits, of as many vectors as a part has elements, the first two or four: those of
    /// the first part come first, vector by vector.</summary>
    static abstract TVector SumParts(TVector a, TVector b, TVector c, TVector d);
}

using System.Numerics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Tests.Training.Kernels;

/// <summary>Which way serves which shape, as docs/kernels.md has it.</summary>
public class BinaryMlpPlanTests
{
    private static readonly BinaryMlpShape Narrow = new(50, 5, 32, 10, 1),
        Wide = new(1, 5, 32, 1000, 1),
        Parities = new(10, 0, 32, 50, 2);

    [Fact]
    public void Vectors_of_256_bits_take_tables_and_pairs_of_samples()
    {
        if (!Avx2.IsSupported)
            return;
        AssertPlan<float>(Narrow, 256, true, typeof(TableForward<float>), typeof(TableBackward<float>), sorted: false);
        AssertPlan<float>(Narrow with { Outputs = 2 }, 256, true, typeof(TableForward<float>), Pairs<float>(), sorted: true);
        AssertPlan<float>(Wide, 256, true, typeof(TableForward<float>), Pairs<float>(), sorted: true);
        AssertPlan<double>(Parities, 256, false, typeof(TableForward<double>), Pairs<double>(), sorted: true);

        static Type Pairs<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(SubsetBackward<PairLookup<T>, T>);
    }

    [Fact]
    public void Vectors_of_128_bits_take_tables_and_sorted_samples()
    {
        AssertPlan<float>(Narrow, 128, true, typeof(TableForward<float>), typeof(SortedBackward<float>), sorted: true);
        AssertPlan<double>(Parities, 128, true, typeof(TableForward<double>), typeof(SortedBackward<double>), sorted: true);
    }

    [Fact]
    public void Vectors_of_512_bits_hold_small_tables_themselves()
    {
        if (!Avx512F.IsSupported)
            return;
        AssertPlan<float>(Narrow, 512, true, typeof(PermuteForward), typeof(PermuteBackward), sorted: false);
        AssertPlan<float>(Narrow with { Outputs = 6 }, 512, true, typeof(PermuteForward), typeof(PermuteBackward), sorted: false);
        AssertPlan<float>(Wide, 512, true, typeof(TableForward<float>), Grouped<float>(), sorted: true);
        AssertPlan<float>(Wide, 512, false, typeof(PermuteForward), Grouped<float>(), sorted: false);
        AssertPlan<double>(Parities, 512, true, typeof(TableForward<double>), Grouped<double>(), sorted: true);
        AssertPlan<double>(Narrow, 512, true, typeof(TableForward<double>), typeof(TableBackward<double>), sorted: false);

        static Type Grouped<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            ActiveRows.Supported ? typeof(SubsetBackward<OctetLookup<T>, T>) : typeof(SortedBackward<T>);
    }

    private static void AssertPlan<T>(BinaryMlpShape shape, int vectorBits, bool many, Type forward, Type backward, bool sorted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var inputs = new InputPlanes(shape);
        using var plan = BinaryMlpPlan<T>.Create(shape, BlockKernels<T>.Create(vectorBits), inputs, many);
        Assert.Equal((forward, backward, sorted), (plan.Forward.GetType(), plan.Backward.GetType(), plan.SortsInputs));
    }
}

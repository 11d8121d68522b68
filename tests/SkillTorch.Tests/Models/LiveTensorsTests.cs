using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using static SkillTorch.Tests.Models.StackRunner;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

/// <summary>Counts the process's live tensors, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(LiveTensorsTests), DisableParallelization = true)]
[Collection(nameof(LiveTensorsTests))]
public class LiveTensorsTests
{
    public static TheoryData<ModelOptions> Models =>
        [
            new GeometryOptions { Dimensions = 5, AlignedDimensions = true },
            new GeometryOptions { Dimensions = 5, GradientNoise = 1 },
            new QuadraticOptions(),
        ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Training_leaves_none_behind(ModelOptions model)
    {
        // What earlier tests left to the finalizer must not be counted as freed by this one.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        Train([
            .. Enumerable
                .Range(1, 3)
                .Select(seed => Trial(new AbstractSkillsOptions { Count = 4 }, model, new AdamOptions(), 20, seed: (ulong)seed)),
        ]);
        Assert.Equal(before, Tensor.TotalCount);
    }
}

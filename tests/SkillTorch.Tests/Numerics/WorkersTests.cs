using SkillTorch.Numerics;

namespace SkillTorch.Tests.Numerics;

public class WorkersTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void Every_piece_is_done_once(int count)
    {
        var done = new int[count];
        Workers.For(count, i => Interlocked.Increment(ref done[i]));
        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Fact]
    public void A_single_piece_is_the_callers()
    {
        var by = 0;
        Workers.For(1, _ => by = Environment.CurrentManagedThreadId);
        Assert.Equal(Environment.CurrentManagedThreadId, by);
    }
}

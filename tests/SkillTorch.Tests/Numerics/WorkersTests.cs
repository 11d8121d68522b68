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

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(200)]
    public void Any_number_of_threads_does_every_piece_once(int threads)
    {
        var done = new int[100];
        Workers.For(100, threads, i => Interlocked.Increment(ref done[i]));
        Assert.All(done, times => Assert.Equal(1, times));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(99_000, 1)]
    [InlineData(100_000, 2)]
    [InlineData(1e12, 8)]
    public void A_thread_is_worth_waking_when_it_finds_enough_work(double nanoseconds, int threads) =>
        Assert.Equal(threads, Workers.WorthFor(nanoseconds, 8));

    [Fact]
    public void A_single_piece_is_the_callers()
    {
        var by = 0;
        Workers.For(1, _ => by = Environment.CurrentManagedThreadId);
        Assert.Equal(Environment.CurrentManagedThreadId, by);
    }
}

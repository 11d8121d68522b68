using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class LifetimeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        var before = Tensor.TotalCount;
        Tensor a, b;
        using (var scope = NewDisposeScope())
        {
            Assert.Same(scope, CurrentDisposeScope);
            a = zeros(2);
            b = a + 1;
            Assert.Equal(2, scope.DisposablesCount);
            Assert.True(scope.Contains(a));
            Assert.Equal(before + 2, Tensor.TotalCount);
            a.Dispose();
            Assert.Equal(1, scope.DisposablesCount);
        }
        Assert.True(b.IsInvalid);
        Assert.Equal(before, Tensor.TotalCount);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void Tensors_move_to_outer_scopes_and_out_of_them()
    {
        var before = Tensor.TotalCount;
        Tensor moved, detached, lost;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = ones(1).MoveToOuterDisposeScope();
                detached = ones(1).DetachFromDisposeScope();
                lost = ones(1);
            }
            Assert.False(moved.IsInvalid);
            Assert.True(lost.IsInvalid);
            Assert.True(outer.Contains(moved));
        }
        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        using (var scope = NewDisposeScope()) scope.Attach(detached);
        Assert.True(detached.IsInvalid);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Keeps_what_is_named()
    {
        using var scope = NewDisposeScope();
        Tensor a = ones(1), b = ones(1);
        scope.DisposeEverythingBut(a);
        Assert.False(a.IsInvalid);
        Assert.True(b.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
        scope.DisposeEverything();
        Assert.True(a.IsInvalid);
    }

    [Fact]
    public void The_outermost_scope_gives_tensors_away()
    {
        Tensor kept;
        using (NewDisposeScope()) kept = ones(1).MoveToOuterDisposeScope();
        Assert.False(kept.IsInvalid);
        kept.Dispose();
        using var wrapped = WrappedTensorDisposeScope(() => ones(2) + ones(2));
        Check.Close([2, 2], wrapped);
    }

    [Fact]
    public void Scopes_belong_to_their_thread()
    {
        using var scope = NewDisposeScope();
        DisposeScope? seen = scope;
        Tensor? made = null;
        var thread = new Thread(() =>
        {
            seen = CurrentDisposeScope;
            made = ones(1);
        });
        thread.Start();
        thread.Join();
        Assert.Null(seen);
        Assert.False(scope.Contains(made!));
        made!.Dispose();
    }

    [Fact]
    public void The_collector_releases_what_was_forgotten()
    {
        Collect();
        var before = Tensor.TotalCount;
        Forget();
        Collect();
        Assert.Equal(before, Tensor.TotalCount);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (var i = 0; i < 100; i++) _ = ones(100) + i;
        }
    }

    [Fact]
    public void A_disposed_tensor_says_so()
    {
        var x = ones(1);
        x.Dispose();
        x.Dispose();
        using var y = ones(1);
        var error = Assert.ThrowsAny<InvalidOperationException>(() => y.add(x));
        Assert.Contains("disposed", error.Message);
        Assert.Contains("add", error.Message);
        Assert.ThrowsAny<InvalidOperationException>(() => x.shape);
        Assert.ThrowsAny<InvalidOperationException>(() => x.backward());
        Assert.ThrowsAny<InvalidOperationException>(() => cat([y, x]));
    }

    [Fact]
    public void An_error_of_libtorch_is_an_exception_with_its_message_and_no_more()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => zeros(2, 3).mm(zeros(2, 3)));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message);
        error = Assert.Throws<ExternalException>(() => ones(2).backward());
        Assert.DoesNotContain("Exception raised from", error.Message);
        Assert.Contains("grad", error.Message);
        Check.Close([2, 2], ones(2) + ones(2)); // and the next call works
    }

    [Fact]
    public void Ten_thousand_training_steps_leave_count_and_memory_flat()
    {
        Collect(); // what other tests forgot is not counted
        using var scope = NewDisposeScope();
        manual_seed(1);
        var model = nn.Sequential(nn.Linear(16, 32), nn.Tanh(), nn.Linear(32, 1));
        var optimizer = optim.Adam(model.parameters(), 1e-3);
        Tensor x = randn(64, 16), y = randn(64, 1);
        long count = 0, memory = 0;
        for (var step = 0; step < 10_000; step++)
        {
            using (NewDisposeScope())
            {
                optimizer.zero_grad();
                nn.functional.mse_loss(model.call(x), y).backward();
                optimizer.step();
            }
            if (step == 1000) (count, memory) = (Tensor.TotalCount, ResidentBytes());
        }
        Assert.Equal(count, Tensor.TotalCount);
        Assert.True(ResidentBytes() - memory < 32 << 20, $"Memory grew from {memory >> 20} to {ResidentBytes() >> 20} MB.");
        model.Dispose();
        optimizer.Dispose();
    }

    private static long ResidentBytes()
    {
        Collect();
        return Environment.WorkingSet;
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}

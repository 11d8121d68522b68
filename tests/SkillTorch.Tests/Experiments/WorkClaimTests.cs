using System.Diagnostics;
using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

public sealed class WorkClaimTests : IDisposable
{
    private static readonly WorkShare Share = WorkShare.From(["a", "b"]);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_of_many_gets_a_share()
    {
        var claims = new WorkClaim?[16];
        Parallel.For(0, claims.Length, i => claims[i] = WorkClaim.TryTake(folder.Path, Share, null, Never));
        var holder = Assert.Single(claims.OfType<WorkClaim>());
        Assert.True(Found()!.IsAlive);
        Assert.Null(Take());

        holder.Dispose();
        Assert.Null(Found());
        Take()!.Dispose();
    }

    [Fact]
    public void A_share_that_is_done_is_taken_by_nobody()
    {
        var claim = Take()!;
        claim.Complete();
        claim.Dispose();
        Assert.False(Found()!.IsAlive);
        Assert.Null(Take());
    }

    [Fact]
    public void A_lease_that_has_run_out_is_taken_over_by_one_of_many_and_the_former_holder_learns_of_it()
    {
        var asleep = WorkClaim.TryTake(folder.Path, Share, null, TimeSpan.FromMilliseconds(20))!;
        var held = Found()! with { Lease = TimeSpan.Zero };
        Assert.False(held.IsAlive);

        var claims = new WorkClaim?[16];
        Parallel.For(0, claims.Length, i => claims[i] = WorkClaim.TryTake(folder.Path, Share, held, Never));
        using var holder = Assert.Single(claims.OfType<WorkClaim>());
        Assert.True(asleep.Lost.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)));
        asleep.Dispose();

        // What the former holder does does not touch the new one's claim.
        Assert.Equal(2, Found()!.Number);
        Assert.True(Found()!.IsAlive);
    }

    [Fact]
    public void Age_is_told_by_the_file_systems_clock()
    {
        WriteOfAnotherMachine(age: Lease / 2);
        Assert.True(Found()!.IsAlive);
        WriteOfAnotherMachine(age: Lease * 2);
        Assert.False(Found()!.IsAlive);
        // Another machine's clock that goes ahead gives a lock no longer life than its next renewal.
        WriteOfAnotherMachine(age: -Lease);
        Assert.True(Found()!.IsAlive);
    }

    [Fact]
    public void A_process_of_this_machine_that_has_ended_holds_nothing()
    {
        using var process = Process.Start("true");
        process.WaitForExit();
        File.WriteAllText(
            LockFile,
            new JsonObject
            {
                ["host"] = Environment.MachineName,
                ["process"] = process.Id,
                ["trials"] = 2,
            }.ToJsonString()
        );
        Assert.False(Found()!.IsAlive);
    }

    [Fact]
    public void A_lock_that_says_nothing_yet_holds()
    {
        File.WriteAllText(LockFile, "");
        Assert.True(Found()!.IsAlive);
        Assert.Null(Take());
    }

    [Fact]
    public void Nothing_else_in_the_folder_is_a_claim()
    {
        foreach (var name in new[] { "plan.json", "x.y.json", ".a.1.json.tmp" })
            File.WriteAllText(folder[name], "{}");
        Assert.Empty(WorkClaim.ReadAll(folder.Path, Lease));
    }

    private string LockFile => folder[$"{Share.Name}.1.json"];

    private void WriteOfAnotherMachine(TimeSpan age)
    {
        File.WriteAllText(LockFile, """{ "host": "another-machine", "process": 1, "trials": 2 }""");
        File.SetLastWriteTimeUtc(LockFile, DateTime.UtcNow - age);
    }

    private FoundClaim? Found(TimeSpan? lease = null) => WorkClaim.ReadAll(folder.Path, lease ?? Lease).GetValueOrDefault(Share.Name);

    private WorkClaim? Take() => WorkClaim.TryTake(folder.Path, Share, Found(), Never);
}

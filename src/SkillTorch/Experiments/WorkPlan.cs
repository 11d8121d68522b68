using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>
/// What a run has to train, in shares that its workers take one by one: the folder <c>work/</c> of a run directory, with the shares in
/// <c>plan.json</c> and a lock file beside it for each that is taken (<see cref="WorkClaim"/>).
/// </summary>
internal sealed class WorkPlan
{
    private const string FileName = "plan.json";

    private WorkPlan(string folder, IReadOnlyList<WorkShare> shares)
    {
        Folder = folder;
        Shares = shares;
    }

    /// <summary>The folder that the workers meet in.</summary>
    public string Folder { get; }

    /// <summary>The shares.</summary>
    public IReadOnlyList<WorkShare> Shares { get; }

    /// <summary>Divides trials among workers: what can train as one stack stays together, as far as each worker finds its part.</summary>
    /// <param name="trials">The trials.</param>
    /// <param name="workers">How many workers there will be.</param>
    public static IReadOnlyList<PlannedTrial[]> Divide(IReadOnlyList<PlannedTrial> trials, int workers)
    {
        var most = Math.Max(1, (trials.Count + workers - 1) / workers);
        return
        [
            .. trials
                .GroupBy(t => t.StackKey)
                .SelectMany(group =>
                {
                    var parts = (group.Count() + most - 1) / most;
                    return group.Chunk((group.Count() + parts - 1) / parts);
                }),
        ];
    }

    /// <summary>Writes a plan instead of the one that may be there.</summary>
    /// <param name="runDirectory">The run directory, whose lock the caller has.</param>
    /// <param name="shares">The trials of each share.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static WorkPlan Create(string runDirectory, IEnumerable<PlannedTrial[]> shares)
    {
        Remove(runDirectory);
        var plan = new WorkPlan(FolderOf(runDirectory), [.. shares.Select(trials => WorkShare.From([.. trials.Select(t => t.Hash)]))]);
        AtomicFile.WriteJson(
            Path.Combine(plan.Folder, FileName),
            new JsonArray([.. plan.Shares.Select(share => JsonSerializer.SerializeToNode(share.Trials))])
        );
        return plan;
    }

    /// <summary>The plan of a run directory; null if it has none.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <exception cref="InvalidDataException">The plan is damaged.</exception>
    public static WorkPlan? Read(string runDirectory)
    {
        var file = Path.Combine(FolderOf(runDirectory), FileName);
        try
        {
            var shares = JsonSerializer.Deserialize<string[][]>(File.ReadAllBytes(file));
            return new WorkPlan(FolderOf(runDirectory), [.. (shares ?? throw new JsonException()).Select(WorkShare.From)]);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"Got no lists of trials in `{file}`; expected the shares of workers. Run the experiment anew.",
                e
            );
        }
    }

    /// <summary>Removes the plan of a run directory, and all claims.</summary>
    public static void Remove(string runDirectory)
    {
        var folder = FolderOf(runDirectory);
        // First the plan: a worker that comes now finds no work, rather than work that nobody has taken.
        if (Directory.Exists(folder))
        {
            File.Delete(Path.Combine(folder, FileName));
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Refuses to go on where workers are training.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <param name="lease">How long a worker may be silent.</param>
    /// <exception cref="IOException">There are some; the message names them.</exception>
    public static void RequireNobody(string runDirectory, TimeSpan lease)
    {
        var alive = WorkClaim.ReadAll(FolderOf(runDirectory), lease).Values.Where(claim => claim.IsAlive).ToArray();
        if (alive.Length == 0)
            return;
        var who = string.Join(", ", alive.Select(claim => claim.State?.Who ?? "one that has just begun").Distinct().Take(3));
        throw new IOException(
            $"Workers are training in `{runDirectory}` ({who}{(alive.Length > 3 ? ", …" : "")}); wait for them, stop them, or choose "
                + $"another directory with --out."
        );
    }

    public static string FolderOf(string runDirectory) => Path.Combine(runDirectory, "work");
}

/// <summary>Trials that one worker takes.</summary>
/// <param name="Name">A name of its trials: the same share has the same name in every plan.</param>
/// <param name="Trials">Hashes of the trials.</param>
internal sealed record WorkShare(string Name, IReadOnlyList<string> Trials)
{
    public static WorkShare From(string[] trials) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', trials))))[..16], trials);
}

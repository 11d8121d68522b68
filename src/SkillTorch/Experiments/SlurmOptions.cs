using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Experiments;

/// <summary>
/// The <c>slurm</c> section of an experiment: what the jobs of <c>run --engine slurm</c> ask for. None of it changes a number. What a
/// cluster wants of every experiment can stand in the environment, e.g. <c>SKILLTORCH__SLURM__PARTITION=gpu</c>.
/// </summary>
public sealed record SlurmOptions
{
    /// <summary>Most jobs that train at the same time: the size of the job array, unless there is less to share.</summary>
    [Range(1, 100_000)]
    public int Workers { get; init; } = 4;

    /// <summary>Partition of the cluster; null is Slurm's default.</summary>
    public string? Partition { get; init; }

    /// <summary>Account that the time is charged to; null is Slurm's default.</summary>
    public string? Account { get; init; }

    /// <summary>Time limit of a job as Slurm writes it, e.g. <c>04:00:00</c> or <c>2-00:00:00</c>; null is the partition's. Two minutes
    /// before it a job stores checkpoints and, if it may, queues again.</summary>
    public string? Time { get; init; }

    /// <summary>GPUs of a job; with some, trials are trained by CUDA unless <c>--device</c> says otherwise. Null asks for none.</summary>
    [Range(1, 1)]
    public int? Gpus { get; init; }

    /// <summary>Processors of a job, and threads of its worker; null is Slurm's default.</summary>
    [Range(1, 4096)]
    public int? Cpus { get; init; }

    /// <summary>Memory of a job as Slurm writes it, e.g. <c>16G</c>; null is Slurm's default.</summary>
    public string? Memory { get; init; }

    /// <summary>Whether a job that is preempted, loses its machine or runs out of time is queued again.</summary>
    public bool Requeue { get; init; } = true;

    /// <summary>Lines of shell before the worker starts, e.g. <c>module load dotnet</c>.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];

    /// <summary>Further options of sbatch, e.g. <c>--qos=long</c>.</summary>
    public IReadOnlyList<string> Directives { get; init; } = [];
}

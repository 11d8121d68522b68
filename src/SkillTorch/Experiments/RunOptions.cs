using SkillTorch.Analysis;
using SkillTorch.Fitting;
using SkillTorch.Numerics;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>Where and how an experiment runs; none of it changes a number.</summary>
/// <param name="Directory">The run directory; made if there is none, gone on with if there is one.</param>
public sealed record RunOptions(string Directory)
{
    /// <summary>The device to train on.</summary>
    public DeviceChoice Device { get; init; } = DeviceChoice.Auto;

    /// <summary>Threads to compute with; null is OMP_NUM_THREADS where that is set, else one for each processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Bytes that a stack of trials may take, about; what exceeds them trains stack by stack. Null is half of the device's
    /// memory.</summary>
    public long? StackMemory { get; init; }

    /// <summary>Time between checkpoints of unfinished trials.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Processes that train on this machine instead of the calling one; null trains here.</summary>
    public LocalEngine? Engine { get; init; }

    /// <summary>How long a worker may be silent before others take over its trials.</summary>
    internal TimeSpan Lease { get; init; } = WorkClaim.Lease;

    /// <summary>Sets the number of threads.</summary>
    public void ApplyThreads() => Workers.Threads = Threads ?? Workers.Usual;
}

/// <summary>Devices to choose from.</summary>
public enum DeviceChoice
{
    /// <summary>CUDA where it is available, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first CUDA device.</summary>
    Cuda,
}

/// <summary>Follows a run.</summary>
public interface IRunObserver
{
    /// <summary>The run has come this far.</summary>
    /// <param name="progress">What is being done, and how much of it.</param>
    void OnProgress(RunProgress progress);

    /// <summary>Something that the user should know.</summary>
    /// <param name="sentence">A sentence.</param>
    void OnNote(string sentence);
}

/// <summary>How far a run has come.</summary>
/// <param name="Stage">What is being done, e.g. <c>Training</c>.</param>
/// <param name="Fraction">Fraction of that done, from 0 to 1.</param>
/// <param name="TrialsDone">Trials of the experiment that are finished or failed.</param>
/// <param name="Trials">Trials of the experiment.</param>
public sealed record RunProgress(string Stage, double Fraction, int TrialsDone, int Trials)
{
    /// <summary>While a stack trains: its step.</summary>
    public int Step { get; init; }

    /// <summary>While a stack trains: its last step.</summary>
    public int Steps { get; init; }

    /// <summary>Steps a second of the stack that trains, or of all that train at the same time; null if that is not known yet.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>How long this stage will go on, about; null if that is not known yet.</summary>
    public TimeSpan? TimeLeft { get; init; }
}

/// <summary>A trial that could not go on.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Message">Why, as a sentence.</param>
public sealed record FailedTrial(PlannedTrial Trial, string Message);

/// <summary>What became of a run.</summary>
/// <param name="Directory">The run directory.</param>
/// <param name="Trials">Finished trials in the experiment's order.</param>
/// <param name="Failed">Trials that could not go on.</param>
public sealed record RunResult(string Directory, IReadOnlyList<TrialResult> Trials, IReadOnlyList<FailedTrial> Failed)
{
    /// <summary>Trials that this run has trained; the others were stored.</summary>
    public int Trained { get; init; }

    /// <summary>Whether the run was stopped before all trials were done; then nothing but <see cref="Trials"/> is complete.</summary>
    public bool Interrupted { get; init; }

    /// <summary>Fits of the experiment's theories.</summary>
    public IReadOnlyList<FitResult> Fits { get; init; } = [];

    /// <summary>The experiment's claims and what the run says of them.</summary>
    public IReadOnlyList<ClaimVerdict> Claims { get; init; } = [];
}

// usage: SquaresBench THREADS
// Times psl-fig19 as the experiment runs it: 100 networks in one stack, every skill measured at every step.
// Prints one line a case: its name and the microseconds of one network's step, by the clock and of processor time, the best 30 in a
// row as in torch_steps.py.
using System.Diagnostics;
using System.Globalization;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

const int Networks = 100;
set_num_threads(int.Parse(args[0], CultureInfo.InvariantCulture));
Report("plain", new MlpOptions { Widths = [100, 100], Activation = Activation.Silu }, null);
Report("modular", new ModularMlpOptions { Widths = [100, 100], Activation = Activation.Silu }, null);
Report("power", new MlpOptions { Widths = [100, 100], Activation = Activation.Silu }, new PowerShapingOptions());

static void Report(string name, NetworkOptions model, LossShapingOptions? shaping)
{
    Trial[] trials = [.. Enumerable.Range(1, Networks).Select(seed => new Trial(
        new SquaresOptions(), model, new AdamOptions { LearningRate = 5e-4 },
        new() { Steps = 360, DatasetSize = 1000, LossShaping = shaping }, new() { Every = 1 }, (ulong)seed))];
    var watch = new BestWindow();
    Trainer.Train(trials, new TrainerOptions(CPU), watch);
    Console.WriteLine(FormattableString.Invariant($"{name} {watch.Best.Clock / Networks:F3} {watch.Best.Processor / Networks:F3}"));
}

internal sealed class BestWindow : ITrainingObserver
{
    private const int Window = 30;
    private (double Clock, double Processor) begun;

    public (double Clock, double Processor) Best { get; private set; } = (double.PositiveInfinity, double.PositiveInfinity); // microseconds of a step

    private static (double, double) Now => (Stopwatch.GetElapsedTime(0).TotalMicroseconds, Environment.CpuUsage.TotalTime.TotalMicroseconds);

    public void OnProgress(int step, int steps)
    {
        if (step % Window != 0)
            return;
        var (clock, processor) = Now;
        if (step > 0)
            Best = (Math.Min(Best.Clock, (clock - begun.Clock) / Window), Math.Min(Best.Processor, (processor - begun.Processor) / Window));
        begun = Now;
    }

    public void OnFinished(int index, Trajectory trajectory)
    {
    }

    public void OnFailed(int index, string message) => throw new InvalidOperationException(message);

    public void OnCheckpoint(int index, TrialCheckpoint checkpoint)
    {
    }
}

using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Numerics;
using SkillTorch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks;

/// <summary>Times the stacks of experiments beside the competitors, by turns.</summary>
/// <param name="competitors">What is compared with.</param>
/// <param name="rounds">How often everything is timed; medians of the rounds count.</param>
/// <param name="duration">Time for each program in a round.</param>
/// <param name="device">Where all train.</param>
internal sealed class Comparison(IReadOnlyList<Competitor> competitors, int rounds, TimeSpan duration, Device device)
{
    private const int MaxTrials = 3; // of a stack that the competitors train, one by one
    private const int MaxWindow = 1000; // rarer measurements are no part of a step
    private const int WindowOnGpu = 20; // steps between which the host does not wait for the device
    private const double Hopeless = 1.25; // a setting so much slower than its program's best is not tried again

    /// <summary>Threads that SkillTorch computes with.</summary>
    public static int Threads => Workers.Threads;

    /// <summary>Times every stack of an experiment.</summary>
    /// <param name="benchmark">The case.</param>
    /// <param name="config">Its experiment.</param>
    /// <param name="begins">Is told the name of each stack.</param>
    /// <param name="cancellation">Stops.</param>
    public IEnumerable<BenchmarkRow> Run(
        BenchmarkCase benchmark,
        ExperimentConfig config,
        Action<string> begins,
        CancellationToken cancellation = default
    )
    {
        PlannedTrial[] all = [.. config.Trials.DistinctBy(trial => trial.Hash)];
        foreach (var stack in all.GroupBy(trial => trial.StackKey))
        {
            var row = new BenchmarkRow(config.Experiment, [.. stack], [.. SharedSweep([.. stack], all)], device);
            begins(row.Name);
            if (benchmark.NeedsCuda && device.type != DeviceType.CUDA)
            {
                yield return row with
                {
                    Ours = new Subject(NotMeasured: "no CUDA device"),
                    Theirs = [.. competitors.Select(_ => new Subject(NotMeasured: "no CUDA device"))],
                };
            }
            else
            {
                yield return Fill(row, [.. stack.Select(trial => trial.Trial)], benchmark.Timed, cancellation);
            }
        }
    }

    private BenchmarkRow Fill(BenchmarkRow row, Trial[] trials, Timed timed, CancellationToken cancellation)
    {
        var window = Window(trials[0]);
        var requests = Representatives(trials)
            .Select(trial =>
                (JsonNode)
                    new JsonObject
                    {
                        ["trial"] = TrialHash.ToJson(trial),
                        ["timed"] = timed == Timed.Update ? "update" : "step",
                        ["window"] = window,
                        ["device"] = device.type == DeviceType.CUDA ? "cuda" : "cpu",
                    }
            )
            .ToArray();
        foreach (var request in requests)
            request["seconds"] = duration.TotalSeconds / requests.Length;

        var ours = new List<StepTime>();
        var steps = 0;
        var theirs = competitors.Select(competitor => new Turns(competitor, requests)).ToArray();
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var (time, count) = StackTimer.Measure(trials, timed, window, duration, device, cancellation);
                ours.Add(time);
                steps += count;
                foreach (var turns in theirs)
                    turns.Take(cancellation);
            }
        }
        catch (Exception e) when (e is InvalidOptionException or NotMeasuredException)
        {
            return row with
            {
                Ours = new Subject(NotMeasured: e.Message),
                Theirs = [.. competitors.Select(_ => new Subject(NotMeasured: "SkillTorch was not"))],
            };
        }

        var mine = StepTime.From(ours);
        return row with { Ours = new Subject(mine), Steps = steps, Theirs = [.. theirs.Select(turns => turns.Best(mine))] };
    }

    private int Window(Trial trial)
    {
        var measure = trial.Measure;
        var every = measure is { At: null, LogPoints: null, Every: <= MaxWindow } ? measure.Every : 1;
        return Math.Min(device.type == DeviceType.CUDA ? Math.Max(every, WindowOnGpu) / every * every : every, trial.Training.Steps);
    }

    /// <summary>Some of the different settings in a stack, the first and the last among them.</summary>
    private static IEnumerable<Trial> Representatives(Trial[] trials)
    {
        Trial[] different = [.. trials.DistinctBy(trial => TrialHash.From(trial with { Seed = 0 }))];
        var count = Math.Min(MaxTrials, different.Length);
        return Enumerable.Range(0, count).Select(i => different[count == 1 ? 0 : i * (different.Length - 1) / (count - 1)]);
    }

    /// <summary>The sweep's values that tell this stack from others.</summary>
    private static IEnumerable<KeyValuePair<string, object>> SharedSweep(PlannedTrial[] stack, PlannedTrial[] all) =>
        stack[0]
            .Sweep.Where(setting => stack.All(trial => trial.Sweep.Contains(setting)) && !all.All(trial => trial.Sweep.Contains(setting)));

    /// <summary>A competitor's times on one stack.</summary>
    private sealed class Turns(Competitor competitor, JsonNode[] requests)
    {
        private readonly Dictionary<Rival, List<StepTime>> times = competitor.Rivals.ToDictionary(
            rival => rival,
            _ => new List<StepTime>()
        );
        private string? problem = competitor.Problem;

        public void Take(CancellationToken cancellation)
        {
            foreach (var (rival, segments) in times)
            {
                cancellation.ThrowIfCancellationRequested();
                if (problem is not null)
                    return;
                try
                {
                    segments.Add(StepTime.MeanOf([.. requests.Select(request => rival.Measure((JsonObject)request))]));
                }
                catch (NotMeasuredException e)
                {
                    problem = e.Message;
                }
            }

            var best = times
                .Values.Where(segments => segments.Count > 0)
                .Select(segments => StepTime.From(segments).Median)
                .DefaultIfEmpty()
                .Min();
            foreach (
                var rival in times.Keys.Where(rival => problem is null && StepTime.From(times[rival]).Median > Hopeless * best).ToArray()
            )
            {
                times.Remove(rival);
            }
        }

        public Subject Best(StepTime ours)
        {
            if (problem is not null)
                return new Subject(NotMeasured: problem);
            var (rival, time) = times.Select(pair => (pair.Key, StepTime.From(pair.Value))).MinBy(pair => pair.Item2.Median);
            return new Subject(time, rival.Setting, time.Median / ours.Median);
        }
    }
}

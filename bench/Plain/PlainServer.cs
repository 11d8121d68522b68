using System.Diagnostics;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks.Plain;

/// <summary>
/// The program that a user of TorchSharp would write instead of SkillTorch: modules, functional losses, torch.optim, one network
/// at a time. It answers requests as pytorch.py does. It knows no type of SkillTorch, whose first one sets libtorch to one thread.
/// </summary>
internal static class PlainServer
{
    /// <summary>Answers requests, a line each, until there are no more.</summary>
    public static int Serve()
    {
        random.manual_seed(0);
        var about = new JsonObject { ["version"] = typeof(torch).Assembly.GetName().Version!.ToString(3), ["cuda"] = cuda.is_available() };
        Console.WriteLine(about.ToJsonString());
        while (Console.ReadLine() is { } line)
            Console.WriteLine(Answer((JsonObject)JsonNode.Parse(line)!).ToJsonString());
        return 0;
    }

    private static JsonObject Answer(JsonObject request)
    {
        try
        {
            if (get_num_threads() != (int)request["threads"]!)
                throw new NotSupportedException($"libtorch computes on {get_num_threads()} threads, not on {request["threads"]}");
            var device = (string?)request["device"] == "cuda" ? CUDA : CPU;
            using var scope = NewDisposeScope();
            using var trial = PlainTrial.Create((JsonObject)request["trial"]!, (string?)request["timed"] == "update", device);
            var times = Time(trial, (double)request["seconds"]!, (int)request["window"]!, device);
            return new JsonObject { ["median"] = times[times.Count / 2], ["minimum"] = times[0] };
        }
        catch (Exception e) when (e is NotSupportedException or System.Runtime.InteropServices.ExternalException)
        {
            return new JsonObject { ["error"] = e.Message };
        }
    }

    /// <summary>Microseconds of a step, window by window, ascending; the first fifth of the time is left out.</summary>
    private static List<double> Time(PlainTrial trial, double seconds, int window, Device device)
    {
        Step();
        var times = new List<double>();
        var watch = Stopwatch.StartNew();
        var last = TimeSpan.Zero;
        while (last.TotalSeconds < seconds || times.Count < 3)
        {
            for (var i = 0; i < window; i++)
                Step();
            if (device.type == DeviceType.CUDA)
                cuda.synchronize(device);
            var now = watch.Elapsed;
            if (now.TotalSeconds > seconds / 5)
                times.Add((now - last).TotalMicroseconds / window);
            last = now;
        }

        times.Sort();
        return times;

        void Step()
        {
            using var scope = NewDisposeScope();
            trial.Step();
        }
    }
}

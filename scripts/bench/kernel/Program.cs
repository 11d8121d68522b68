// Times one training step (fresh inputs, labels, loss, gradient, SGD) of the fused kernel, as lines of tab-separated values.
// usage: kernel [seconds per case] [case] [threads]    name, threads, median and least milliseconds per step of the whole stack
//        kernel scaling [seconds per point] [folder]   writes scaling.csv and scaling.vl.json: cost against width, batch, replicates
using SkillTorch.Benchmarks.Kernel;
using SkillTorch.Training.Kernels;

if (args is ["scaling", ..])
{
    Scaling.Write(args.Length > 1 ? double.Parse(args[1]) : 0.5, args.Length > 2 ? args[2] : ".");
    return;
}

double seconds = args.Length > 0 ? double.Parse(args[0]) : 2;
string only = args.Length > 1 ? args[1] : "";
foreach (int threads in args.Length > 2 ? (int[])[int.Parse(args[2])] : [1, 2])
{
    Case<float>("wide", new BinaryMlpShape(1, 5, 32, 1000, 1), 4000);
    Case<float>("narrow", new BinaryMlpShape(50, 5, 32, 10, 1), 4000);
    Case<float>("one", new BinaryMlpShape(1, 5, 32, 10, 1), 4000);
    Case<double>("fig02", new BinaryMlpShape(10, 0, 32, 50, 2), 10000, fresh: false);
    Case<double>("fig02c", new BinaryMlpShape(10, 0, 32, 50, 3), 10000, fresh: false);

    void Case<T>(string name, BinaryMlpShape shape, int count, bool fresh = true)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (only == "" || only == name)
        {
            (double median, double least) = Steps.Measure<T>(shape, count, threads, seconds, fresh);
            Console.WriteLine($"{name}\t{threads}\t{median:F4}\t{least:F4}");
        }
    }
}

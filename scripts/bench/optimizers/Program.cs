// usage: OptimizersBench THREADS [KIND…]
// Times the step of each kind of optimizer, with its defaults, over a million parameters of one network in float32: one weight
// matrix of 1000 x 1000 for those that move matrices as a whole, the same numbers for the others.
// Prints one line a kind: its name and the milliseconds of one step. Each counts with its best five steps in a row.
using System.Diagnostics;
using System.Globalization;
using SkillTorch;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using static TorchSharp.torch;

const int Windows = 20, Steps = 5;
var kinds = args.Length > 1 ? args[1..] : ["adam"];
var layout = new ParameterLayout(); // SkillTorch's first type prepares the process, before libtorch is loaded
layout.Add("weight", 1000, 1000);
set_num_threads(int.Parse(args[0], CultureInfo.InvariantCulture));
foreach (var kind in kinds)
{
    var type = Catalog.Kind("optimizers", kind).Type;
    var options = (OptimizerOptions)Activator.CreateInstance(type)!;
    using var parameters = randn(1, layout.Count);
    using var gradient = randn(1, layout.Count);
    using var optimizer = options.Create([options], parameters, layout);
    var best = double.PositiveInfinity;
    for (var window = 0; window <= Windows; window++)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var step = 0; step < Steps; step++)
            optimizer.Step(parameters, gradient);
        if (window > 0)
            best = Math.Min(best, Stopwatch.GetElapsedTime(begun).TotalMilliseconds / Steps);
    }

    Console.WriteLine(FormattableString.Invariant($"{kind} {best:F4}"));
}

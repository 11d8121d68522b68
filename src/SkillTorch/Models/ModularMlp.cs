using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>
/// A multilayer perceptron in blocks, one module a skill: the hidden units of every layer are shared out evenly among the modules,
/// and weights between units of different modules, and of inputs and outputs that a module does not name, are 0 and stay 0
/// under every optimizer. All other parameters start as those of the same <c>mlp</c> of the same seed.
/// </summary>
/// <remarks>
/// arXiv:2501.12391, fig 19. Without <see cref="Modules"/> the task says what each skill needs: <c>squares</c> input k and output
/// k, <c>multitask-sparse-parity</c> control input k and all skill bits, the modules' outputs summed, and any other task all inputs
/// and output k.
/// </remarks>
[Kind("modular-mlp")]
public sealed record ModularMlpOptions : MlpFamilyOptions
{
    /// <summary>Widths of the hidden layers, all modules together.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <summary>The modules, in the order in which they take their hidden units; null is one for each skill of the task.</summary>
    public IReadOnlyList<SkillModule>? Modules { get; init; }

    /// <inheritdoc/>
    protected override IReadOnlyList<int> HiddenWidths => Widths;

    /// <inheritdoc/>
    public override Network Create(
        IReadOnlyList<NetworkOptions> options,
        IReadOnlyList<ulong> seeds,
        DataTask task,
        ScalarType dtype,
        Device device
    ) => Create(options, seeds, task.Inputs, task.Outputs, dtype, device, Modules ?? task.Modules);

    /// <inheritdoc/>
    public override Network Create(
        IReadOnlyList<NetworkOptions> options,
        IReadOnlyList<ulong> seeds,
        int inputs,
        int outputs,
        ScalarType dtype,
        Device device
    ) =>
        Create(
            options,
            seeds,
            inputs,
            outputs,
            dtype,
            device,
            Modules
                ?? throw new InvalidOptionException("model.modules", "Got null for `model.modules` without a task; expected the modules.")
        );

    private Network Create(
        IReadOnlyList<NetworkOptions> options,
        IReadOnlyList<ulong> seeds,
        int inputs,
        int outputs,
        ScalarType dtype,
        Device device,
        IReadOnlyList<SkillModule> modules
    )
    {
        Check(modules, inputs, outputs);
        var network = base.Create(options, seeds, inputs, outputs, dtype, device);
        using var mask = tensor(Mask(network.Layout, modules), [1, network.Layout.Count], dtype: dtype, device: device);
        network.Constrain(mask);
        return network;
    }

    private void Check(IReadOnlyList<SkillModule> modules, int inputs, int outputs)
    {
        if (modules.Count == 0)
        {
            throw new InvalidOptionException(
                "model.modules",
                "Got an empty list for `model.modules`; expected at least one module, or null."
            );
        }

        if (Widths.Count == 0 || Widths.Any(width => width < modules.Count))
        {
            throw new InvalidOptionException(
                "model.widths",
                $"Got [{string.Join(", ", Widths)}] for `model.widths` of {modules.Count} modules; expected at least one hidden layer, "
                    + "and a unit of each for every module."
            );
        }

        for (var m = 0; m < modules.Count; m++)
        {
            RequireNumbers(modules[m].Inputs, inputs, $"model.modules[{m}].inputs");
            RequireNumbers(modules[m].Outputs, outputs, $"model.modules[{m}].outputs");
        }

        static void RequireNumbers(IReadOnlyList<int> numbers, int count, string path)
        {
            if (numbers.Count == 0 || numbers.Any(n => n < 1 || n > count))
            {
                throw new InvalidOptionException(
                    path,
                    $"Got [{string.Join(", ", numbers)}] for `{path}`; expected numbers between 1 and {count}."
                );
            }
        }
    }

    /// <summary>1 where a parameter belongs to a module and 0 where it lies between modules, [n]; every bias belongs.</summary>
    private double[] Mask(ParameterLayout layout, IReadOnlyList<SkillModule> modules)
    {
        var mask = new double[layout.Count];
        foreach (var bias in layout.Entries.Where(entry => entry.Shape.Count == 1))
            mask.AsSpan(bias.Offset, bias.Length).Fill(1);
        List<ParameterLayout.Entry> weights = [.. layout.Entries.Where(entry => entry.Shape.Count == 2)];
        for (var layer = 0; layer < weights.Count; layer++)
        {
            for (var m = 0; m < modules.Count; m++)
            {
                var from = layer == 0 ? modules[m].Inputs.Select(i => i - 1) : Units(layer - 1, m);
                var to = layer == Widths.Count ? modules[m].Outputs.Select(o => o - 1) : Units(layer, m);
                foreach (var unit in to)
                {
                    foreach (var before in from)
                        mask[weights[layer].Offset + unit * weights[layer].Shape[1] + before] = 1;
                }
            }
        }

        return mask;

        IEnumerable<int> Units(int layer, int module)
        {
            var (first, next) = (module * Widths[layer] / modules.Count, (module + 1) * Widths[layer] / modules.Count);
            return Enumerable.Range(first, next - first);
        }
    }
}

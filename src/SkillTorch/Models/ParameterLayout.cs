using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>
/// Where each named parameter lies in a flat buffer [R, n]. All parameters of a stack share one buffer, so that one
/// optimizer step moves everything.
/// </summary>
public sealed class ParameterLayout
{
    private readonly List<Entry> entries = [];

    /// <summary>Number of parameters n of one member of the stack.</summary>
    public int Count { get; private set; }

    /// <summary>The parameters in the order in which they lie in the buffer.</summary>
    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>The layout of parameters that are one vector.</summary>
    /// <param name="count">Number of parameters n.</param>
    /// <returns>A layout with one entry.</returns>
    public static ParameterLayout Vector(int count)
    {
        var layout = new ParameterLayout();
        layout.Add("parameters", count);
        return layout;
    }

    /// <summary>Appends a parameter.</summary>
    /// <param name="name">Name of the parameter, e.g. <c>layers.0.weight</c>.</param>
    /// <param name="shape">Its shape without the replicate dimension.</param>
    /// <returns>Where it lies.</returns>
    public Entry Add(string name, params int[] shape)
    {
        var entry = new Entry(name, Count, shape);
        entries.Add(entry);
        Count += entry.Length;
        return entry;
    }

    /// <summary>All parameters as views. Their gradients then flow back into the buffer's in one pass, not in one for each
    /// parameter.</summary>
    /// <param name="flat">Flat buffer [R, n].</param>
    /// <returns>A view [R, shape…] of each entry; differentiable.</returns>
    public IReadOnlyDictionary<Entry, Tensor> Split(Tensor flat) =>
        entries
            .Zip(flat.split([.. entries.Select(e => (long)e.Length)], 1))
            .ToDictionary(e => e.First, e => e.Second.view([flat.shape[0], .. e.First.Shape.Select(s => (long)s)]));

    /// <summary>One parameter's place.</summary>
    /// <param name="Name">Name of the parameter.</param>
    /// <param name="Offset">Index of its first element within n.</param>
    /// <param name="Shape">Shape without the replicate dimension.</param>
    public sealed record Entry(string Name, int Offset, IReadOnlyList<int> Shape)
    {
        /// <summary>Number of elements.</summary>
        public int Length { get; } = Shape.Aggregate(1, (a, b) => a * b);

        /// <summary>The parameter of every member as a view into the buffer.</summary>
        /// <param name="flat">Flat buffer [R, n].</param>
        /// <returns>A view [R, shape…]; differentiable.</returns>
        public Tensor View(Tensor flat) => flat.narrow(1, Offset, Length).view([flat.shape[0], .. Shape.Select(s => (long)s)]);
    }
}

using SkillTorch.Numerics;
using SkillTorch.Tasks;

namespace SkillTorch.Training;

/// <summary>Which columns of a pass stand for which samples: the nodes of a line for all that lie on it, else one column a
/// sample.</summary>
/// <param name="Parts">The parts of the samples, in order.</param>
/// <param name="Columns">Number of columns in all.</param>
internal sealed record LinePlan(IReadOnlyList<LinePlan.Part> Parts, int Columns)
{
    /// <summary>The plan of a batch, in which a line counts that has at least twice as many samples as nodes.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="nodes">Nodes of a line.</param>
    public static LinePlan From(Batch batch, int nodes)
    {
        var parts = new List<Part>();
        var (sample, column) = (0, 0);
        foreach (var line in batch.Lines.Where(line => line.Count >= 2 * nodes).Append(new SampleLine(batch.Size, 0, 0)))
        {
            if (line.First > sample)
                Add(new Part(sample, line.First - sample, column, line.First - sample, null, []));
            if (line.Count > 0)
                Add(new Part(line.First, line.Count, column, nodes, line.Input, Coordinates(batch, line)));
        }

        return new LinePlan(parts, column);

        void Add(Part part)
        {
            parts.Add(part);
            (sample, column) = (part.First + part.Count, part.Column + part.Columns);
        }
    }

    /// <summary>Where on a line the samples of every set lie, [S, padded], and 0 beyond them.</summary>
    private static double[] Coordinates(Batch batch, SampleLine line)
    {
        var padded = ChebyshevNodes.Padded(line.Count);
        var along = new double[batch.Sets * padded];
        Workers.For(
            batch.Sets,
            set =>
            {
                for (var s = 0; s < line.Count; s++)
                    along[set * padded + s] = batch.Values![(set * batch.Size + line.First + s) * batch.Inputs + line.Input];
            }
        );
        return along;
    }

    /// <summary>Samples and the columns that stand for them: one each, or, where an input is named, the nodes of their line.</summary>
    internal sealed record Part(int First, int Count, int Column, int Columns, int? Input, double[] Coordinates)
    {
        /// <summary>Where on the line the samples of a set lie, padded with 0.</summary>
        public ReadOnlySpan<double> CoordinatesOf(int set) =>
            Coordinates.AsSpan(set * ChebyshevNodes.Padded(Count), ChebyshevNodes.Padded(Count));
    }
}

namespace SkillTorch.Analysis;

/// <summary>What a forecast takes from curves: which skills are mastered and when, and how far the others have come.</summary>
internal sealed class MasteryState
{
    private const double LeastProgress = 0.1;

    /// <summary>Reads curves.</summary>
    /// <param name="known">Curves up to the cut.</param>
    /// <param name="threshold">Strength of a skill that is mastered.</param>
    public MasteryState(LearningCurves known, double threshold)
    {
        Frequencies = [.. known.Trial.Task.GetSkills().Select(s => s.Frequency)];
        Times = known.Times(threshold);
        Cut = known.At[^1];
        Learned = [.. Enumerable.Range(0, Times.Length).Where(k => double.IsFinite(Times[k]) && Times[k] > 0).OrderBy(k => Times[k])];
        var last = known.At.Length - 1;
        double[] level = [.. Enumerable.Range(0, Times.Length).Select(k => known.Strength[last, k])];
        ToGo = new double?[Times.Length];
        for (var k = 0; k < Times.Length; k++)
        {
            if (double.IsFinite(Times[k]) || !(level[k] > LeastProgress))
                continue;
            // How much longer the mastered skills took from there to the threshold.
            var reached = known.Times(level[k]);
            double[] factors =
            [
                .. Learned.Where(j => reached[j] > 0 && reached[j] <= Times[j]).Select(j => Math.Log(Times[j] / reached[j])),
            ];
            if (factors.Length > 0)
                ToGo[k] = SampleStatistics.Median(factors);
        }

        Order = [.. Enumerable.Range(0, Times.Length).OrderBy(k => Times[k]).ThenByDescending(k => level[k]).ThenBy(k => k)];
        // Skills that differ in nothing but their number: a theory cannot say which of them is first.
        var skills = known.Trial.Task.GetSkills();
        Alike =
        [
            .. Order
                .Where(k => skills[k].Prerequisite is null)
                .GroupBy(k => Frequencies[k])
                .Select(g => g.ToArray())
                .Where(g => g.Length > 1),
        ];
    }

    /// <summary>Frequencies of the skills [K].</summary>
    public double[] Frequencies { get; }

    /// <summary>When each skill is mastered [K]; +∞ if it is not yet.</summary>
    public double[] Times { get; }

    /// <summary>Last step or size that is known.</summary>
    public double Cut { get; }

    /// <summary>The mastered skills, from 0, in the order in which they were.</summary>
    public IReadOnlyList<int> Learned { get; }

    /// <summary>
    /// ln of the factor by which time goes on until a skill is mastered, by the shape of the mastered skills' curves [K]; null where it
    /// has not come far enough to tell.
    /// </summary>
    public double?[] ToGo { get; }

    /// <summary>Skills that are exchangeable, each group in the order in which its skills are mastered, or come near to it.</summary>
    public IReadOnlyList<int[]> Alike { get; }

    private int[] Order { get; }

    /// <summary>A theory's times with those of exchangeable skills in the order in which these are learned.</summary>
    public double[] Arrange(double[] times)
    {
        if (Alike.Count == 0)
            return times;
        double[] arranged = [.. times];
        foreach (var group in Alike)
        {
            double[] sorted = [.. group.Select(k => times[k]).Order()];
            for (var i = 0; i < group.Length; i++)
                arranged[group[i]] = sorted[i];
        }

        return arranged;
    }
}

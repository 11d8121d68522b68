using SkillTorch.Reporting;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>Skill curves that were measured elsewhere, from a table of your own.</summary>
public static class MeasuredCurves
{
    private static readonly string[] Required = ["step", "skill", "strength"];

    /// <summary>
    /// Reads a CSV table with the columns <c>step</c>, <c>skill</c> (from 1) and <c>strength</c> (1 = mastered), and
    /// optionally <c>case</c>, <c>replicate</c>, <c>frequency</c> (else all skills are equally frequent) and <c>loss</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>One trial for each case and replicate; what it was trained on is unknown but for the skills' frequencies.</returns>
    /// <exception cref="InvalidDataException">A column is missing, or a curve has not every skill at every step.</exception>
    public static IReadOnlyList<TrialResult> Read(string path)
    {
        var table = Table.Read(path);
        foreach (var missing in Required.Where(name => !table.Has(name)))
        {
            throw new InvalidDataException(
                $"Got no column `{missing}` in `{path}`; expected the columns "
                    + $"{string.Join(", ", Required)}, and case, replicate, frequency or loss if you have them."
            );
        }

        var cases = table.Has("case") ? table.Texts("case") : null;
        var replicates = table.Has("replicate") ? table.Integers("replicate") : null;
        return
        [
            .. Enumerable
                .Range(0, table.Rows)
                .GroupBy(row => (Case: cases?[row] ?? PlannedTrial.DefaultCase, Replicate: (int)(replicates?[row] ?? 1)))
                .Select(curve => Trial(path, table, curve.Key.Case, curve.Key.Replicate, [.. curve])),
        ];
    }

    private static TrialResult Trial(string path, Table table, string label, int replicate, int[] rows)
    {
        var (step, skill, strength) = (table.Integers("step"), table.Integers("skill"), table.Numbers("strength"));
        int[] steps = [.. rows.Select(r => (int)step[r]).Distinct().Order()];
        var count = (int)rows.Max(r => skill[r]);
        if (
            rows.Any(r => skill[r] < 1)
            || rows.Select(r => (step[r], skill[r])).Distinct().Count() != steps.Length * count
            || rows.Length != steps.Length * count
        )
        {
            throw new InvalidDataException(
                $"Got {rows.Length} rows for {steps.Length} steps and {count} skills in case {label}, replicate {replicate} of "
                    + $"`{path}`; expected every skill, numbered from 1, once at every step."
            );
        }

        double[,] Matrix(Func<int, double> value)
        {
            var matrix = new double[steps.Length, count];
            foreach (var r in rows)
                matrix[Array.BinarySearch(steps, (int)step[r]), skill[r] - 1] = value(r);
            return matrix;
        }
        var frequency = table.Has("frequency") ? table.Numbers("frequency") : null;
        var loss = table.Has("loss") ? table.Numbers("loss") : null;
        var frequencies = new double[count];
        foreach (var r in rows)
            frequencies[skill[r] - 1] = frequency?[r] ?? 1.0 / count;
        var trajectory = new Trajectory(
            steps,
            frequencies,
            Matrix(r => loss?[r] ?? double.NaN),
            Matrix(r => strength[r]),
            Matrix(_ => double.NaN)
        );
        var task = new AbstractSkillsOptions { Count = count, Frequencies = frequencies };
        // Theories ask for the skills only; a model must stand here, and the simplest does.
        var trial = new Trial(
            task,
            new DominoModel(),
            null,
            new TrainingOptions { Steps = Math.Max(1, steps[^1]) },
            new MeasureOptions(),
            0
        );
        return new TrialResult(new Place(label, [], replicate), trial, trajectory);
    }
}

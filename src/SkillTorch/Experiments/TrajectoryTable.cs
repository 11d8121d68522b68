using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>Writes and reads the measurements of trials: one row a measured step and skill.</summary>
internal static class TrajectoryTable
{
    private static readonly string[] Columns = ["step", "skill", "frequency", "loss", "strength", "accuracy"];

    /// <summary>Writes one trial's metrics.csv.</summary>
    public static void Write(string path, Trajectory trajectory)
    {
        string[] extra = [.. trajectory.Extra.Keys];
        using var writer = new CsvWriter(path, [.. Columns, .. extra]);
        WriteRows(writer, trajectory, extra, () => { });
        writer.Complete();
    }

    /// <summary>Writes a run's metrics.csv: every finished trial in the experiment's order.</summary>
    public static void WriteAll(string path, IReadOnlyList<TrialResult> trials)
    {
        string[] extra = [.. trials.SelectMany(t => t.Trajectory.Extra.Keys).Distinct()];
        string[] sweep = [.. trials.SelectMany(t => t.Sweep.Select(s => s.Key)).Distinct()];
        using var writer = new CsvWriter(path, ["case", .. sweep, "replicate", .. Columns, .. extra]);
        foreach (var trial in trials)
        {
            WriteRows(writer, trial.Trajectory, extra, () =>
            {
                writer.Write(trial.Case);
                SweepCells.Write(writer, trial.Sweep, sweep);
                writer.Write(trial.Replicate);
            });
        }
        writer.Complete();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, bit for bit.</summary>
    /// <exception cref="InvalidDataException">The table is not complete.</exception>
    public static Trajectory Read(string path)
    {
        var table = Table.Read(path);
        var step = table.Integers("step");
        var skills = table.Integers("skill").Distinct().Count();
        if (skills == 0 || table.Rows % skills != 0)
            throw new InvalidDataException($"Got {table.Rows} rows for {skills} skills in `{path}`; expected every skill at every step.");
        var steps = new int[table.Rows / skills];
        for (var m = 0; m < steps.Length; m++)
            steps[m] = (int)step[m * skills];

        double[,] Matrix(string name)
        {
            var values = table.Numbers(name);
            var matrix = new double[steps.Length, skills];
            Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(double));
            return matrix;
        }
        return new Trajectory(steps, table.Numbers("frequency")[..skills], Matrix("loss"), Matrix("strength"), Matrix("accuracy"))
        {
            Extra = table.Columns.Select(c => c.Name).Except(Columns).ToDictionary(name => name, Matrix),
        };
    }

    private static void WriteRows(CsvWriter writer, Trajectory trajectory, string[] extra, Action writeKeys)
    {
        var columns = extra.Select(name => trajectory.Extra.GetValueOrDefault(name)).ToArray();
        for (var m = 0; m < trajectory.Steps.Length; m++)
        {
            for (var k = 0; k < trajectory.Skills; k++)
            {
                writeKeys();
                writer.Write(trajectory.Steps[m]);
                writer.Write(k + 1);
                writer.Write(trajectory.Frequencies[k]);
                writer.Write(trajectory.Loss[m, k]);
                writer.Write(trajectory.Strength[m, k]);
                writer.Write(trajectory.Accuracy[m, k]);
                foreach (var column in columns)
                    writer.Write(column is null ? double.NaN : column[m, k]);
                writer.EndRow();
            }
        }
    }
}

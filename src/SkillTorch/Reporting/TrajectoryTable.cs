using SkillTorch.Training;

namespace SkillTorch.Reporting;

/// <summary>Writes and reads the measurements of trials: one row a measured step and skill.</summary>
internal static class TrajectoryTable
{
    /// <summary>Writes one trial's metrics.csv.</summary>
    public static void Write(string path, Trajectory trajectory) =>
        RunTables.TrialMetrics(trajectory.Extra.Keys).Write(path, RunTables.Points([trajectory], curve => curve));

    /// <summary>Writes a run's metrics.csv: every finished trial in the experiment's order.</summary>
    public static void WriteAll(string path, IReadOnlyList<TrialResult> trials) =>
        RunTables
            .Metrics(Placed.SweepKeys(trials), trials.SelectMany(t => t.Trajectory.Extra.Keys).Distinct())
            .Write(path, RunTables.Points(trials, trial => trial.Trajectory));

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
            Extra = table.Columns.Select(c => c.Name).Except(RunTables.TrialMetrics([]).Names).ToDictionary(name => name, Matrix),
        };
    }
}

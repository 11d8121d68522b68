using SkillTorch.Analysis;
using SkillTorch.Tasks;
using SkillTorch.Training;

namespace SkillTorch.Tests.Analysis;

/// <summary>Small runs written out by hand, so that every expected value can be checked on paper.</summary>
internal static class HandMadeRuns
{
    private static readonly Place Whole = new("one", [], null);

    /// <summary>Two skills, one trial, two theories: <c>law</c> on every second step, <c>same</c> equal to the measurement.</summary>
    public static RunData One()
    {
        var measured = new Trajectory(
            [0, 10, 20, 30, 40],
            [0.75, 0.25],
            Columns([1, 0.36, 0.04, 0.0025, 0.0001], [1, 1, 0.64, 0.16, 0.0025]),
            Columns([0, 0.4, 0.8, 0.95, 1], [0, 0, 0.2, 0.6, 0.95]),
            Columns([0.5, 0.7, 0.9, 1, 1], [0.5, 0.5, 0.6, 0.8, 1])
        )
        {
            Extra = new Dictionary<string, double[,]> { ["alignedDimensions"] = Columns([10, 30, 50, 20, 20], [10, 10, 10, 40, 60]) },
        };
        var law = Strengths([0, 20, 40], [0.75, 0.25], [0, 0.9, 1], [0, 0.1, 1]);
        return new([Trial("one", [], 1, measured)], []) { Theories = [new(Whole, "law", law), new(Whole, "same", measured)] };
    }

    /// <summary>One skill, two replicates that learn it at different steps.</summary>
    public static RunData Replicates() =>
        new([Trial("one", [], 1, Strengths([0, 10, 20], [1], [0, 1, 1])), Trial("one", [], 2, Strengths([0, 10, 20], [1], [0, 0, 1]))], []);

    /// <summary>Three skills of falling frequency, learned at steps 20, 10 and 10.</summary>
    public static RunData Disorder() =>
        new([Trial("one", [], 1, Strengths([0, 10, 20], [0.5, 0.3, 0.2], [0, 0, 1], [0, 1, 1], [0, 1, 1]))], []);

    /// <summary>One skill, loss 1/t and then falling faster; strength ∝ t.</summary>
    public static RunData PowerLaw() =>
        new(
            [
                Trial(
                    "one",
                    [],
                    1,
                    new Trajectory(
                        [0, 1, 2, 4, 8],
                        [1],
                        Columns([5, 1, 0.5, 0.25, 1.0 / 32]),
                        Columns([0, 0.1, 0.2, 0.4, 0.8]),
                        Columns([0, 0, 0, 0, 0])
                    )
                ),
            ],
            []
        );

    /// <summary>Values of earlier analyses: <c>y</c> and <c>one</c> in cases a and b along d = 1, 2, 4; <c>square</c> = d².</summary>
    public static RunData Earlier()
    {
        AnalysisValue[] y =
        [
            Value("y", "a", 1, 1, 7),
            Value("y", "a", 1, 2, 9),
            Value("y", "a", 2, 1, 4),
            Value("y", "a", 4, 1, 1),
            Value("y", "b", 1, 1, 3),
            Value("y", "b", 2, 1, 6),
            Value("y", "b", 4, 1, 12),
        ];
        return new([], [])
        {
            Values =
            [
                .. y,
                .. y.Select(v => v with { Name = "one", Value = 1 }),
                .. y.Where(v => v.Replicate == 1)
                    .Select(v => v with { Name = "square", Replicate = null, Value = Math.Pow((double)v.Sweep[0].Value, 2) }),
            ],
        };
    }

    /// <summary>
    /// Values over a search: <c>t</c> of three learning rates in two cases and four replicates, and <c>best</c>, the best setting by
    /// it; rate 1 of case a failed once, rate 3 of case b thrice. Trials with costs for <c>cost</c>.
    /// </summary>
    public static RunData Search()
    {
        const double never = double.PositiveInfinity;
        AnalysisValue[] t =
        [
            .. At("a", 1, 9, 9, 9, double.NaN),
            .. At("a", 2, 8, 4, 6, 2),
            .. At("a", 3, 1, 5, 7, never),
            .. At("b", 1, 3, 1, 2, 5),
            .. At("b", 2, 4, 4, 4, 4),
            .. At("b", 3, 1, never, never, never),
        ];
        var trial = Trial("a", [new("d", 2.0)], 1, Strengths([0, 10], [1], [0, 1]));
        return new([trial with { Cost = new(WallSeconds: 12, ProcessorSeconds: 20, Stack: 3) }, trial with { Replicate = 2 }], [])
        {
            Values =
            [
                .. t,
                .. Enumerable.Range(1, 3).Select(d => Value("even", "a", d, 1, 2)),
                .. Enumerable.Range(1, 9).Select(i => new AnalysisValue(new Place("a", [], i), "nine", 10 - i)),
                Value("best", "a", 2, null, 5),
                Value("best", "b", 1, null, 2.5),
                Value("other", "a", 3, null, 5),
            ],
        };

        static IEnumerable<AnalysisValue> At(string label, double d, params double[] values) =>
            values.Select((v, i) => Value("t", label, d, i + 1, v));
    }

    /// <summary>A value <c>s</c> of each of three skills.</summary>
    public static RunData Skilled() =>
        new([], [])
        {
            Values = [.. new[] { 2.0, 6, 24 }.Select((v, k) => new AnalysisValue(new Place("one", [], 1), "s", v) { Skill = k + 1 })],
        };

    /// <summary>
    /// Four skills, each half as frequent as the one before and mastered at steps 10, 20, 40, 80; and forecasts <c>f</c> over measured
    /// times, of two networks of case a and one of case b, and <c>g</c>, which are all right.
    /// </summary>
    public static RunData Forecasts()
    {
        AnalysisValue[] forecasts =
        [
            Value("f", "a", 1, 1, 0.9) with
            {
                Low = 0.8,
                High = 1.1,
            },
            Value("f", "a", 1, 2, 1.3) with
            {
                Low = 1.1,
                High = 1.5,
            },
            Value("f", "b", 1, 1, 2) with
            {
                Low = 0.5,
                High = 3,
            },
        ];
        var trial = Trial(
            "one",
            [new("d", 1.0)],
            1,
            Strengths([0, 5, 15, 25, 35, 45, 75, 85], [8, 4, 2, 1], From(2), From(3), From(5), From(7))
        );
        var task = new AbstractSkillsOptions { Count = 4, Frequencies = [8, 4, 2, 1] };
        return new([trial with { Trial = trial.Trial with { Task = task } }], [])
        {
            Values = [.. forecasts, .. forecasts.Select(f => f with { Name = "g", Value = 1 })],
        };

        static double[] From(int row) => [.. Enumerable.Range(0, 8).Select(m => m < row ? 0.0 : 1)];
    }

    /// <summary>Two fitted theories; the first has the smaller error, the second the larger R² and smaller AIC.</summary>
    public static RunData Fits() =>
        new(
            [],
            [
                new(Whole, "first", [new("n0", 0.1, 0.05, 0.2, true), new("eta", 2, 2, 2, false)], 0.9, 0.2, -10, 50),
                new(Whole, "second", [new("n0", 0.3, 0.2, 0.4, true)], 0.95, 0.25, -12, 50),
            ]
        );

    /// <summary>Curves for n = 1 and 4 whose lower envelope in C = n·t has slopes −1, 0, −2, −1.</summary>
    public static RunData SizeFamily() =>
        new(
            [
                Trial("one", [new("n", 1.0), new("m", 1.0)], 1, Losses([0, 1, 4, 16], [9, 1, 0.25, 0.25])),
                Trial("one", [new("n", 4.0), new("m", 1.0)], 1, Losses([0, 1, 4, 16], [9, 1, 1.0 / 16, 1.0 / 64])),
            ],
            []
        );

    public static AnalysisValue Value(string name, string label, double d, int? replicate, double value) =>
        new(new Place(label, [new("d", d)], replicate), name, value);

    public static TrialResult Trial(string label, SweepPoint sweep, int replicate, Trajectory trajectory) =>
        new(new Place(label, sweep, replicate), Settings, trajectory);

    public static Trajectory Strengths(int[] steps, double[] frequencies, params double[][] strengths) =>
        new(
            steps,
            frequencies,
            Columns([.. strengths.Select(s => s.Select(x => (1 - x) * (1 - x)).ToArray())]),
            Columns(strengths),
            Columns([.. strengths.Select(s => s.Select(x => (1 + x) / 2).ToArray())])
        );

    // Analyses read task, model and optimizer of a trial only through `setting`, by path.
    private static readonly Trial Settings = new(
        null!,
        null!,
        null!,
        new TrainingOptions { Steps = 40 },
        new MeasureOptions { Every = 10, At = [0, 7] },
        1
    );

    private static Trajectory Losses(int[] steps, double[] losses) =>
        new(steps, [1], Columns(losses), Columns(new double[steps.Length]), Columns(new double[steps.Length]));

    private static double[,] Columns(params double[][] skills)
    {
        var columns = new double[skills[0].Length, skills.Length];
        for (var k = 0; k < skills.Length; k++)
        {
            for (var m = 0; m < skills[k].Length; m++)
                columns[m, k] = skills[k][m];
        }

        return columns;
    }
}

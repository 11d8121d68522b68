using SkillTorch.Fitting;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Tests.Fitting;

/// <summary>Theories over made-up measurements whose parameters are known.</summary>
public class FitRunnerTests
{
    private const string Samples = "training.datasetSize",
        Width = "model.width";
    private static readonly double[] Sizes = [.. Enumerable.Range(1, 20).Select(i => 100.0 * i)];
    private static readonly double[] Widths = [.. Enumerable.Range(1, 12).Select(i => (double)i)];

    [Fact]
    public void Recovers_a_planted_dc_over_a_sweep_of_the_dataset_size()
    {
        var truth = new MultilinearDataLimit([1]) { Dc = 640 };
        var trials = Swept("one", 1, Samples, Sizes, truth, replicates: 10);

        var (fits, curves) = FitRunner.Run([new MultilinearDataLimit { Fit = ["dc"] }], trials);

        var fit = Assert.Single(fits);
        Assert.Empty(fit.Sweep);
        Assert.Equal(Sizes.Length, fit.Points);
        var dc = fit.Parameters.Single(p => p.Name == "dc");
        Assert.InRange(dc.Value, 630, 650);
        Assert.True(dc.Low < dc.Value && dc.Value < dc.High && dc.High - dc.Low < 50, $"{dc}");
        Assert.Equal(Sizes, curves.Select(c => (double)c.Sweep.Single(s => s.Key == Samples).Value));
        Assert.All(
            curves,
            c => Assert.Equal(truth.With("dc", dc.Value).Strength([(double)c.Sweep[0].Value])[0, 0], c.Curve.Strength[0, 0], 1e-12)
        );
        Assert.All(curves, c => Assert.Equal([500], c.Curve.Steps));
    }

    [Fact]
    public void Recovers_a_planted_nc_over_a_sweep_of_the_width()
    {
        var trials = Swept("one", 1, Width, Widths, new MultilinearParameterLimit([1]) { Nc = 4.3 }, replicates: 10);

        var fit = Assert.Single(FitRunner.Run([new MultilinearParameterLimit { Fit = ["nc"] }], trials).Fits);

        Assert.InRange(fit.Parameters.Single(p => p.Name == "nc").Value, 4.2, 4.4);
    }

    [Fact]
    public void A_theory_may_be_fitted_to_each_replicate()
    {
        double[] dcs = [500, 640, 800];
        var trials = dcs.SelectMany(
                (dc, r) =>
                    Swept("one", 1, Samples, Sizes, new MultilinearDataLimit([1]) { Dc = dc }, replicates: 1)
                        .Select(t => t with { Replicate = r + 1 })
            )
            .ToArray();
        var (fits, curves) = FitRunner.Run([new MultilinearDataLimit { Fit = ["dc"], PerReplicate = true }], trials);
        Assert.Equal([1, 2, 3], fits.Select(f => f.Replicate));
        var found = fits.Select(f => f.Parameters.Single(p => p.Name == "dc")).ToArray();
        Assert.All(found.Zip(dcs), pair => Assert.InRange(pair.First.Value, 0.94 * pair.Second, 1.06 * pair.Second));
        Assert.All(found, dc => Assert.True(double.IsNaN(dc.Low)));
        Assert.Equal(3 * Sizes.Length, curves.Select(c => c.Place).Distinct().Count());
    }

    [Fact]
    public void A_case_takes_a_parameter_from_the_fit_of_another()
    {
        double[] few = [2000, 8000, 1000];
        var calibration = Swept("one", 1, Samples, Sizes, new MultilinearDataLimit([1]) { Dc = 640 }, replicates: 5);
        // Other networks than the theory says: taken, the parameter is as calibrated; fitted, it would be 1200.
        var prediction = Swept("five", 5, Samples, few, new MultilinearDataLimit(Frequencies(5)) { Dc = 1200 }, replicates: 2);
        SkillTheory[] theories =
        [
            new MultilinearDataLimit { Cases = ["one"], Fit = ["dc"] },
            new MultilinearDataLimit
            {
                Cases = ["five"],
                Take = new Dictionary<string, TakeOptions> { ["dc"] = new() { Case = "one" } },
            },
            new MultilinearDataLimit
            {
                Cases = ["five"],
                Label = "fitted",
                Fit = ["dc"],
            },
        ];

        var (fits, curves) = FitRunner.Run(theories, [.. prediction, .. calibration]);

        Assert.Equal([("five", "multilinear-data"), ("five", "fitted"), ("one", "multilinear-data")], fits.Select(f => (f.Case, f.Theory)));
        var taken = fits[0].Parameters.Single(p => p.Name == "dc");
        Assert.Equal(fits[2].Parameters.Single(p => p.Name == "dc").Value, taken.Value);
        Assert.False(taken.Fitted);
        Assert.Contains("dc taken from case \"one\"", fits[0].Note);
        Assert.InRange(fits[1].Parameters.Single(p => p.Name == "dc").Value, 1150, 1250);
        Assert.Equal(
            [1000, 2000, 8000],
            curves.Where(c => c.Theory == "multilinear-data" && c.Case == "five").Select(c => (double)c.Sweep[0].Value)
        );
    }

    [Fact]
    public void Without_the_fit_to_take_from_a_theory_says_that_it_is_not_laid()
    {
        var prediction = Swept("five", 5, Samples, Sizes, new MultilinearDataLimit(Frequencies(5)), replicates: 1);
        var options = new MultilinearDataLimit { Take = new Dictionary<string, TakeOptions> { ["dc"] = new() { Case = "one" } } };

        var (fits, curves) = FitRunner.Run([options], prediction);

        Assert.Empty(curves);
        Assert.Contains("case \"one\"", Assert.Single(fits).Note);
        Assert.All(fits[0].Parameters, p => Assert.Equal(double.NaN, p.Value));
    }

    [Fact]
    public void A_parameter_is_taken_from_the_same_sweep_value_or_not_at_all()
    {
        var (slow, fast) = (OfTime("one", 1, 0.02, 0.03), OfTime("one", 1, 0.05, 0.06));
        var prediction = OfTime("five", 5, 0.05, 1);
        SkillTheory[] theories =
        [
            new MultilinearModel { Cases = ["one"], Fit = ["b2"] },
            new MultilinearModel
            {
                Cases = ["five"],
                Take = new Dictionary<string, TakeOptions> { ["b2"] = new() { Case = "one" } },
            },
        ];

        var fits = FitRunner.Run(theories, [slow, fast, prediction]).Fits;

        Assert.Equal(0.06, fits.Single(f => f.Case == "five").Parameters.Single(p => p.Name == "b2").Value, 1e-4);
        var other = prediction with { Sweep = [] };
        Assert.Contains("Got 2 fits", Assert.Throws<InvalidOptionException>(() => FitRunner.Run(theories, [slow, fast, other])).Message);
    }

    [Fact]
    public void A_gap_left_by_a_failed_trial_does_not_move_the_fit()
    {
        var trials = Swept("one", 1, Width, Widths, new MultilinearParameterLimit([1]) { Nc = 4.3 }, replicates: 3)
            .Where(t => t.Replicate != 2 || (double)t.Sweep[0].Value != 3)
            .ToList();

        var (fits, curves) = FitRunner.Run([new MultilinearParameterLimit { Fit = ["nc"] }], trials);

        Assert.Equal(Widths.Length, fits.Single().Points);
        Assert.InRange(fits.Single().Parameters.Single(p => p.Name == "nc").Value, 4.15, 4.45);
        Assert.Equal(Widths.Length, curves.Count);
    }

    private static double[] Frequencies(int skills) => [.. Options(skills).GetSkills().Select(s => s.Frequency)];

    private static MultitaskSparseParityOptions Options(int skills) => new() { Skills = skills };

    private static Trial Trial(int skills, double learningRate = 0.02) =>
        new(
            Options(skills),
            new TwoLayerMlpOptions { InitialStd = 0.01 },
            new SgdOptions { LearningRate = learningRate },
            new TrainingOptions { Steps = 500 },
            new MeasureOptions(),
            1
        );

    /// <summary>Trials over a sweep, whose last strengths are a theory's with noise; the first ones would mislead a fit.</summary>
    private static List<TrialResult> Swept(string label, int skills, string key, double[] values, SkillTheory truth, int replicates) =>
        [
            .. from value in values
            from replicate in Enumerable.Range(1, replicates)
            let strength = new[] { Enumerable.Repeat(0.3, skills).ToArray(), Noisy(truth.Strength([value]), replicate, value) }
            select new TrialResult(
                new Place(label, [KeyValuePair.Create<string, object>(key, value)], replicate),
                Trial(skills),
                Curve([0, 500], strength)
            ),
        ];

    /// <summary>A trial that follows the multilinear model of a network trained on the plain mean of squares.</summary>
    private static TrialResult OfTime(string label, int skills, double learningRate, double b2)
    {
        int[] steps = [.. Enumerable.Range(0, 100).Select(i => 50 * i)];
        var truth = new MultilinearModel(Frequencies(skills))
        {
            TargetScale = 5,
            InitialStrength = MultilinearModel.InitialStrengthOfNetwork(0.01),
            LearningRate = learningRate,
            TimeFactor = 4,
            B2 = b2,
        };
        var strength = steps.Select(s => truth.Strength([s]).Cast<double>().ToArray()).ToArray();
        return new TrialResult(
            new Place(label, [KeyValuePair.Create<string, object>("optimizer.learningRate", learningRate)], 1),
            Trial(skills, learningRate),
            Curve(steps, strength)
        );
    }

    private static double[] Noisy(double[,] strength, int replicate, double value)
    {
        var noise = new double[strength.Length];
        new RandomStream((ulong)replicate, RandomPurpose.Noise, (ulong)value).FillNormal(noise);
        return [.. strength.Cast<double>().Zip(noise, (s, n) => s + 0.02 * n)];
    }

    private static Trajectory Curve(int[] steps, double[][] strength)
    {
        var values = new double[steps.Length, strength[0].Length];
        for (var m = 0; m < steps.Length; m++)
        {
            for (var k = 0; k < strength[0].Length; k++)
                values[m, k] = strength[m][k];
        }

        return new Trajectory(steps, new double[strength[0].Length], values, values, values);
    }
}

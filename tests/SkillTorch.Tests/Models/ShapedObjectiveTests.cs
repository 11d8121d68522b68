using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;
using static SkillTorch.Tests.Models.StackRunner;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

/// <summary>Loss shaping of the models that have gradients of their own.</summary>
public class ShapedObjectiveTests
{
    private const int D = 7;
    private static readonly double[] P = [0.6, 0.3, 0.1];
    private static readonly AbstractSkillsOptions Task = new() { Count = 3, Frequencies = P };

    public static TheoryData<LossShapingOptions> Shapings =>
        [new PowerShapingOptions(), new PowerShapingOptions { Gamma = 0.5 }, new FocalShapingOptions(), new PerSkillShapingOptions()];

    /// <summary>Shaped losses of skills with shares m, stop-gradient values held.</summary>
    private static double Shaped(LossShapingOptions shaping, double[] m, double[] losses, double[] held) =>
        shaping switch
        {
            PowerShapingOptions { Gamma: var gamma } => Enumerable.Range(0, m.Length).Sum(k => m[k] * losses[k] * Math.Pow(held[k], gamma))
                / Enumerable.Range(0, m.Length).Sum(k => m[k] * Math.Pow(held[k], gamma)),
            FocalShapingOptions { Gamma: var gamma } => Enumerable
                .Range(0, m.Length)
                .Sum(k => m[k] * Math.Pow(1 - Math.Exp(-losses[k]), gamma) * losses[k]),
            _ => Enumerable.Range(0, m.Length).Average(k => losses[k] / held[k]),
        };

    [Theory]
    [MemberData(nameof(Shapings))]
    public void Geometry_follows_the_shaped_loss_on_rows_and_tensors(LossShapingOptions shaping)
    {
        foreach (var loss in Enum.GetValues<LossKind>())
        {
            var vectors = TaskVectors.Draw(TaskVectorKind.Unit, 3, D, 1);
            var plan = new GeometryPlan(3, D, loss, 2, [new([0], vectors)], new SkillBatches([P], [1], 0), [0], [1], shaping);
            double[] theta = [.. Enumerable.Range(0, D).Select(j => 0.3 * Math.Sin(1 + j))];
            using var parameters = tensor(theta, [1, D]);
            foreach (
                var arithmetic in (GeometryArithmetic[])[new GeometryRows<double>(plan), new GeometryTensors(plan, ScalarType.Float64, CPU)]
            )
            {
                var overlaps = new double[3];
                arithmetic.ComputeOverlaps(parameters, overlaps);
                using var gradient = zeros_like(parameters);
                arithmetic.ComputeGradient(1, parameters, overlaps, gradient);
                AssertDerivative(at => Shaped(shaping, P, Losses(at), Losses(theta)), theta, gradient.data<double>().ToArray());
                arithmetic.Dispose();
            }

            double[] Losses(double[] at) =>
                [
                    .. Enumerable
                        .Range(0, 3)
                        .Select(k =>
                        {
                            var overlap = vectors.Row(k).ToArray().Zip(at, (t, x) => t * x).Sum();
                            return loss == LossKind.Mse ? (1 - overlap) * (1 - overlap) : Math.Log(1 + Math.Exp(-overlap));
                        }),
                ];
        }
    }

    [Theory]
    [MemberData(nameof(Shapings))]
    public void Quadratic_follows_the_shaped_loss_of_its_terms(LossShapingOptions shaping)
    {
        double[] a = [1, 0.3, 0.1, 0.02],
            theta = [0.9, -0.4, 0.7, 0.25];
        var model = new QuadraticOptions
        {
            Coefficients = a,
            Initial = theta,
            Rotation = QuadraticRotation.Hadamard,
        };
        using var objective = model.Create(
            new([model], [new AbstractSkillsOptions { Count = 4 }], [1], LossKind.Mse, null, ScalarType.Float64, CPU, shaping)
        );
        using var gradient = zeros_like(objective.Parameters);
        objective.ComputeGradient(1, gradient);
        double[] equal = [0.25, 0.25, 0.25, 0.25]; // of a sum of four terms, not of their mean: hence the factor 4
        AssertDerivative(at => 4 * Shaped(shaping, equal, Terms(at), Terms(theta)), theta, gradient.data<double>().ToArray());

        double[] Terms(double[] x) =>
            [
                a[0] * Math.Pow((x[0] + x[1] + x[2] + x[3]) / 2, 2),
                a[1] * Math.Pow((x[0] + x[1] - x[2] - x[3]) / 2, 2),
                a[2] * Math.Pow((x[0] - x[1] + x[2] - x[3]) / 2, 2),
                a[3] * Math.Pow((x[0] - x[1] - x[2] + x[3]) / 2, 2),
            ];
    }

    /// <summary>A gradient may know the overlaps from a measurement, or not: both must be shaped.</summary>
    [Fact]
    public void Shaping_holds_whenever_skills_are_measured()
    {
        foreach (
            var model in (ModelOptions[])
                [new GeometryOptions { Dimensions = 20 }, new GeometryOptions { Dimensions = 20, AlignedDimensions = true }]
        )
        {
            var trial = Trial(Task, model, new SgdOptions { LearningRate = 0.1 }, 30, batch: 16, precision: Precision.Float64);
            var shaped = trial with { Training = trial.Training with { LossShaping = new PerSkillShapingOptions() } };
            var always = Train(shaped with { Measure = new MeasureOptions { Every = 1 } })[0].Loss;
            var rarely = Train(shaped with { Measure = new MeasureOptions { At = [30] } })[0].Loss;
            Assert.Equal([always[30, 0], always[30, 1], always[30, 2]], rarely.Cast<double>());
            Assert.NotEqual(Train(trial with { Measure = new MeasureOptions { At = [30] } })[0].Loss.Cast<double>(), rarely.Cast<double>());
        }
    }

    [Theory]
    [MemberData(nameof(Dynamics))]
    public void Dynamics_refuse_it(ModelOptions model)
    {
        var trial = Trial(Task, model, null, 10);
        var error = Assert.Throws<InvalidOptionException>(() =>
            Train(trial with { Training = trial.Training with { LossShaping = new PowerShapingOptions() } })
        );
        Assert.Equal("training.lossShaping", error.Path);
        Assert.Contains("Got `power` for `training.lossShaping`", error.Message);
    }

    public static TheoryData<ModelOptions> Dynamics => [new ResourceModel(), new DominoModel()];

    private static void AssertDerivative(Func<double[], double> loss, double[] theta, double[] gradient)
    {
        for (var j = 0; j < theta.Length; j++)
        {
            double[] up = [.. theta],
                down = [.. theta];
            up[j] += 1e-5;
            down[j] -= 1e-5;
            Assert.Equal((loss(up) - loss(down)) / 2e-5, gradient[j], 1e-8);
        }
    }
}

using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using SkillTorch.Numerics;
using SkillTorch.Theories;

namespace SkillTorch.Fitting;

/// <summary>
/// Least-squares fit of a theory's skill strengths to measured ones: the sum of squared differences over steps and skills is
/// minimised over the named parameters by Nelder–Mead, from the best points of a coarse search of each parameter's range;
/// logarithmic parameters are searched in their logarithm. Intervals come from refits to resampled replicates (percentile
/// bootstrap), and are not a number where there is one replicate only.
/// </summary>
public sealed class CurveFit
{
    private const int Resamples = 200;
    private const int Starts = 4;
    private readonly double[] steps;
    private readonly double[][] replicates; // [R][T·K]
    private readonly SkillTheory theory;
    private readonly TheoryParameter[] free;

    /// <summary>Prepares a fit.</summary>
    /// <param name="theory">The theory at its configured parameter values.</param>
    /// <param name="fit">Names of the parameters to fit; may be empty.</param>
    /// <param name="steps">Steps (or samples, or parameters) of the measurements, ascending; length T.</param>
    /// <param name="replicates">Measured strengths [T, K] of each replicate.</param>
    /// <exception cref="InvalidOptionException">A name is not a parameter of the theory.</exception>
    /// <exception cref="ArgumentException">A measurement has other than [T, K] values.</exception>
    public CurveFit(SkillTheory theory, IReadOnlyList<string> fit, double[] steps, IReadOnlyList<double[,]> replicates)
    {
        this.theory = theory;
        this.steps = steps;
        this.replicates = [.. replicates.Select(Flatten)];
        free = [.. fit.Select(Parameter)];
    }

    /// <summary>Finds the best parameters.</summary>
    /// <returns>The theory at its best parameters, its quality of fit, and each parameter's interval.</returns>
    public CurveFitResult Run()
    {
        var target = Mean(Enumerable.Range(0, replicates.Length));
        var best = free.Length == 0 ? [] : Search(target);
        var low = best.ToArray();
        var high = best.ToArray();
        if (free.Length > 0)
            (low, high) = Intervals(best);

        var fitted = At(best);
        var rss = SumOfSquares(fitted, target, new double[target.Length]);
        var mean = target.Average();
        var tss = target.Sum(y => (y - mean) * (y - mean));
        var n = target.Length;
        return new CurveFitResult(
            fitted,
            [.. fitted.Parameters.Select(p => Describe(p, low, high))],
            R2: 1 - rss / tss,
            Rmse: Math.Sqrt(rss / n),
            Aic: n * Math.Log(Math.Max(rss, double.Epsilon) / n) + 2 * free.Length,
            Points: n,
            Note: EdgeNote(best)
        );
    }

    private double[] Flatten(double[,] strengths)
    {
        if (strengths.GetLength(0) != steps.Length || strengths.GetLength(1) != theory.Skills)
        {
            throw new ArgumentException(
                $"Got measurements [{strengths.GetLength(0)}, {strengths.GetLength(1)}]; expected [{steps.Length}, {theory.Skills}]."
            );
        }

        return [.. strengths.Cast<double>()];
    }

    private TheoryParameter Parameter(string name) =>
        theory.Parameters.FirstOrDefault(p => p.Name == name)
        ?? throw new InvalidOptionException(
            "fit",
            $"Got \"{name}\" for `fit` of the {theory.Name} theory; expected one of "
                + $"{string.Join(", ", theory.Parameters.Select(p => p.Name))}."
        );

    private double[] Mean(IEnumerable<int> chosen)
    {
        var mean = new double[replicates[0].Length];
        var count = 0;
        foreach (var r in chosen)
        {
            count++;
            for (var i = 0; i < mean.Length; i++)
                mean[i] += replicates[r][i];
        }

        for (var i = 0; i < mean.Length; i++)
            mean[i] /= count;
        return mean;
    }

    /// <summary>Global search: the best points of a coarse grid, each refined.</summary>
    private double[] Search(double[] target)
    {
        var perAxis = free.Length switch
        {
            1 => 61,
            2 => 15,
            3 => 8,
            _ => 4,
        };
        var grid = Grid(perAxis).Append([.. free.Select(ToSearch)]).ToList();
        var scores = new double[grid.Count];
        Parallel.For(
            0,
            grid.Count,
            Workers.Options,
            () => new double[target.Length],
            (i, _, buffer) =>
            {
                scores[i] = SumOfSquares(At(grid[i]), target, buffer);
                return buffer;
            },
            _ => { }
        );
        var starts = Enumerable.Range(0, grid.Count).OrderBy(i => scores[i]).Take(free.Length == 1 ? 1 : Starts).ToList();
        return starts
            .Select(i => Refine(grid[i], target, 0.5 / perAxis, 200 * free.Length))
            .MinBy(point => SumOfSquares(At(point), target, new double[target.Length]))!;
    }

    /// <summary>Local search; the best point it has seen, also where it runs out of evaluations.</summary>
    private double[] Refine(double[] start, double[] target, double firstStep, int evaluations)
    {
        var buffer = new double[target.Length];
        var best = (Point: start, Score: double.PositiveInfinity);
        var objective = ObjectiveFunction.Value(x =>
        {
            double[] point = [.. x.Select(value => Math.Clamp(value, 0, 1))];
            var score = SumOfSquares(At(point), target, buffer);
            if (score < best.Score)
                best = (point, score);
            return score;
        });
        try
        {
            new NelderMeadSimplex(1e-9, evaluations).FindMinimum(
                objective,
                Vector<double>.Build.DenseOfArray(start),
                Vector<double>.Build.Dense(free.Length, firstStep)
            );
        }
        catch (MaximumIterationsException) { }

        return best.Point;
    }

    private (double[] Low, double[] High) Intervals(double[] best)
    {
        var unknown = free.Select(_ => double.NaN).ToArray();
        if (replicates.Length < 2)
            return (unknown, unknown);
        var refits = new double[Resamples][];
        Workers.For(
            Resamples,
            b =>
            {
                var draw = new RandomStream(0, RandomPurpose.Bootstrap, (ulong)b).Sequence();
                var sample = Mean([.. Enumerable.Range(0, replicates.Length).Select(_ => (int)draw.NextUInt((uint)replicates.Length))]);
                refits[b] = Refine(best, sample, 0.02, 40 * free.Length);
            }
        );
        return (Quantile(0.025), Quantile(0.975));

        double[] Quantile(double q) =>
            [.. free.Select((_, j) => MathNet.Numerics.Statistics.Statistics.Quantile(refits.Select(x => x[j]), q))];
    }

    /// <summary>The theory at a point of the unit cube that stands for the parameters' ranges.</summary>
    private SkillTheory At(double[] point)
    {
        var at = theory;
        for (var j = 0; j < free.Length; j++)
            at = at.With(free[j].Name, FromSearch(free[j], point[j]));
        return at;
    }

    private double SumOfSquares(SkillTheory at, double[] target, double[] buffer)
    {
        at.Strength(steps, buffer.AsSpan());
        var sum = 0.0;
        for (var i = 0; i < target.Length; i++)
            sum += (buffer[i] - target[i]) * (buffer[i] - target[i]);
        return double.IsFinite(sum) ? sum : double.MaxValue;
    }

    private IEnumerable<double[]> Grid(int perAxis)
    {
        var count = (int)Math.Pow(perAxis, free.Length);
        for (var i = 0; i < count; i++)
        {
            var point = new double[free.Length];
            for (int j = 0, rest = i; j < point.Length; j++, rest /= perAxis)
                point[j] = (rest % perAxis + 0.5) / perAxis;
            yield return point;
        }
    }

    private FittedParameter Describe(TheoryParameter p, double[] low, double[] high)
    {
        var j = Array.FindIndex(free, f => f.Name == p.Name);
        return j < 0
            ? new FittedParameter(p.Name, p.Value, p.Value, p.Value, Fitted: false)
            : new FittedParameter(p.Name, p.Value, FromSearch(free[j], low[j]), FromSearch(free[j], high[j]), Fitted: true);
    }

    private string? EdgeNote(double[] best)
    {
        var edges = free.Where((_, j) => best[j] is < 1e-3 or > 1 - 1e-3).Select(p => p.Name).ToList();
        var notes = new List<string>();
        if (edges.Count > 0)
            notes.Add($"at the edge of its range: {string.Join(", ", edges)}");
        if (free.Length > 0 && replicates.Length < 2)
            notes.Add("one replicate, hence no intervals");
        return notes.Count == 0 ? null : string.Join("; ", notes);
    }

    private static double ToSearch(TheoryParameter p) =>
        Math.Clamp(
            p.Logarithmic ? Math.Log(p.Value / p.Lower) / Math.Log(p.Upper / p.Lower) : (p.Value - p.Lower) / (p.Upper - p.Lower),
            0,
            1
        );

    private static double FromSearch(TheoryParameter p, double x) =>
        p.Logarithmic ? p.Lower * Math.Pow(p.Upper / p.Lower, x) : p.Lower + (p.Upper - p.Lower) * x;
}

/// <summary>The outcome of a <see cref="CurveFit"/>.</summary>
/// <param name="Theory">The theory at its best parameters.</param>
/// <param name="Parameters">All parameters with 95 % intervals.</param>
/// <param name="R2">Coefficient of determination.</param>
/// <param name="Rmse">Root mean squared error of strength.</param>
/// <param name="Aic">Akaike's information criterion n ln(RSS/n) + 2k.</param>
/// <param name="Points">Number n of strengths compared.</param>
/// <param name="Note">What the reader must know; null if nothing.</param>
public sealed record CurveFitResult(
    SkillTheory Theory,
    IReadOnlyList<FittedParameter> Parameters,
    double R2,
    double Rmse,
    double Aic,
    int Points,
    string? Note
);

using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>What is forecast, and from where.</summary>
/// <param name="At">Step, or size, up to which the curves are known.</param>
public sealed record ForecastOptions(double At)
{
    /// <summary>Strength above which a skill is mastered.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>
    /// The swept setting that takes the place of the training steps: <c>training.datasetSize</c> or <c>model.width</c>. Then a curve runs
    /// over the networks of one replicate, each at the end of its training. Null is the steps.
    /// </summary>
    public string? Over { get; init; }
}

/// <summary>When a skill of one network is mastered: measured, or forecast.</summary>
/// <param name="Place">The network's case, sweep value and replicate.</param>
/// <param name="Skill">Number of the skill, from 1.</param>
/// <param name="Frequency">Its frequency, as the task gives it.</param>
/// <param name="Time">
/// Step or size at which it is mastered: measured, or the median of the forecast, +∞ where that is never; NaN where there is no forecast.
/// </param>
public sealed record SkillForecast(Place Place, int Skill, double Frequency, double Time) : Placed(Place)
{
    /// <summary>Number of networks that it is the median of.</summary>
    public int Networks { get; init; } = 1;

    /// <summary>Whether it was mastered within what is known.</summary>
    public bool Mastered { get; init; }

    /// <summary>Lower end of the forecast's 95 % interval.</summary>
    public double Low { get; init; }

    /// <summary>Upper end of the forecast's 95 % interval; +∞ where the skill may never be mastered.</summary>
    public double High { get; init; }

    /// <summary>Share of each theory in the forecast; they sum to 1. Theories that foretell the same share an entry.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();
}

/// <summary>
/// Forecasts when the skills are mastered that are not yet, from the curves up to a step.
/// </summary>
/// <remarks>
/// A theory is laid over the learning times of the mastered skills: ln t_k = ln t̂_k + a + b ln t̂_k + ε, with a of each network, and
/// the drift b and the spread σ of ε on a grid. Its weight is the probability by which it foretold each mastered skill from those
/// mastered before, and that the others are still to come; R replicates, which share a theory's errors, count as √R. How far a skill
/// has come by the step also counts, by the shape of the curves of the mastered skills. Nothing after the step is looked at.
/// </remarks>
public static class Forecast
{
    private const double Tail = 0.025;

    /// <summary>Forecasts of all networks of a run.</summary>
    /// <param name="trials">Finished or unfinished trials.</param>
    /// <param name="options">What is forecast.</param>
    /// <returns>Every skill of every network; without a forecast where a network has not mastered any skill.</returns>
    /// <exception cref="InvalidOptionException">There is nothing to forecast from, or nothing left to forecast.</exception>
    public static IReadOnlyList<SkillForecast> Run(IReadOnlyList<TrialResult> trials, ForecastOptions options)
    {
        var curves = LearningCurves.From(trials, options.Over).ToList();
        Check(curves, options);
        var known = curves.ConvertAll(c => c.UpTo(options.At));
        var mastered = known.ConvertAll(c => c.Times(options.Threshold).Count(double.IsFinite));
        Require(
            mastered.Any(n => n > 0),
            "at",
            options.At,
            "a step at which some skill is mastered, for a forecast goes by the skills that are"
        );
        Require(
            known.Zip(mastered).Any(c => c.Second < c.First.Skills),
            "at",
            options.At,
            $"a step before {known.Max(c => c.Times(options.Threshold).Max())}, at which the last skill is mastered"
        );
        return
        [
            .. known
                .GroupBy(c => c.Place.OverReplicates)
                .SelectMany(siblings =>
                    Of([.. siblings], TheoryTimes.From(siblings.First(), options.Over, options.Threshold), options, siblings)
                ),
        ];
    }

    /// <summary>Medians over replicates, of those in which a skill is mastered and of the others.</summary>
    /// <param name="forecasts">Forecasts of single networks.</param>
    public static IReadOnlyList<SkillForecast> Summarise(IEnumerable<SkillForecast> forecasts) =>
        [
            .. forecasts
                .GroupBy(f => f.Place.OverReplicates)
                .SelectMany(place =>
                    place.GroupBy(f => (f.Skill, f.Mastered)).OrderBy(f => f.Key.Skill).ThenByDescending(f => f.Key.Mastered)
                )
                .Select(MedianOf),
        ];

    private static SkillForecast MedianOf(IEnumerable<SkillForecast> networks)
    {
        var known = networks.Where(f => !double.IsNaN(f.Time)).ToList();
        var first = known.FirstOrDefault() ?? networks.First();
        return first with
        {
            Replicate = null,
            Networks = networks.Count(),
            Time = SampleStatistics.Median(known.Select(f => f.Time)),
            Low = SampleStatistics.Median(known.Select(f => f.Low)),
            High = SampleStatistics.Median(known.Select(f => f.High)),
        };
    }

    /// <summary>Forecasts of some of the replicates of a case and sweep value, from what is known of all of them.</summary>
    /// <param name="siblings">Curves of the replicates, as far as they are known.</param>
    /// <param name="theories">What theories say of them.</param>
    /// <param name="options">What is forecast.</param>
    /// <param name="chosen">Those of them that are forecast.</param>
    internal static IEnumerable<SkillForecast> Of(
        IReadOnlyList<LearningCurves> siblings,
        IReadOnlyList<TheoryTimes> theories,
        ForecastOptions options,
        IEnumerable<LearningCurves> chosen
    )
    {
        Require(theories.Count > 0, "over", options.Over, "training.datasetSize or model.width, of which there are theories, or nothing");
        var cells = ForecastCell.Grid(theories);
        var evidence = new double[cells.Count];
        var states = siblings.ToDictionary(s => s, s => new MasteryState(s, options.Threshold));
        var laid = states.ToDictionary(s => s.Key, s => cells.Select(cell => cell.Lay(s.Value)).ToArray());
        for (var c = 0; c < cells.Count; c++)
            evidence[c] = cells[c].LogPrior + laid.Values.Sum(l => l[c].Evidence) / Math.Sqrt(laid.Count);
        var largest = evidence.Max();
        double[] weights = [.. evidence.Select(e => Math.Exp(e - largest))];
        var sum = weights.Sum();
        weights = [.. weights.Select(w => w / sum)];
        var shares = cells.Zip(weights).GroupBy(c => c.First.Theory.Theory).ToDictionary(c => c.Key, c => c.Sum(w => w.Second));
        foreach (var curves in chosen)
        {
            var state = states[curves];
            for (var k = 0; k < state.Times.Length; k++)
            {
                var frequency = state.Frequencies[k];
                if (double.IsFinite(state.Times[k]))
                {
                    yield return new(curves.Place, k + 1, frequency, state.Times[k])
                    {
                        Mastered = true,
                        Low = state.Times[k],
                        High = state.Times[k],
                    };
                    continue;
                }

                var mixture = laid[curves]
                    .Select((l, c) => new Share(cells[c].Theory, weights[c], l.Left[k]))
                    .Where(s => s.Weight > 1e-6)
                    .ToList();
                double At(double probability) => Quantile(mixture, state.Cut, probability);
                yield return state.Learned.Count == 0
                    ? new(curves.Place, k + 1, frequency, double.NaN) { Low = double.NaN, High = double.NaN }
                    : new(curves.Place, k + 1, frequency, At(0.5))
                    {
                        Low = At(Tail),
                        High = At(1 - Tail),
                        Weights = shares,
                    };
            }
        }
    }

    private readonly record struct Share(TheoryTimes Theory, double Weight, Normal Time);

    /// <summary>A quantile of a mixture of normal distributions of ln time, each of which begins at the cut.</summary>
    private static double Quantile(List<Share> mixture, double cut, double probability)
    {
        const double farthest = 1e6;
        var (low, high) = (Math.Log(cut), Math.Log(cut * farthest));
        if (Below(high) < probability)
            return double.PositiveInfinity;
        for (var i = 0; i < 50; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Below(middle) < probability ? (middle, high) : (low, middle);
        }

        return Math.Exp(high);

        double Below(double logX) =>
            1 - (mixture.Sum(share => share.Weight * Still(share, Math.Exp(logX))) / mixture.Sum(share => share.Weight));

        double Still(Share share, double x)
        {
            var before = share.Time.Above(share.Theory.LogTime(cut));
            return before > 0 ? share.Time.Above(share.Theory.LogTime(x)) / before : 0;
        }
    }

    private static void Check(List<LearningCurves> curves, ForecastOptions options)
    {
        Require(options.Threshold is > 0 and < 1, "threshold", options.Threshold, "a strength above 0 and below 1");
        Require(
            curves.Count > 0,
            "over",
            options.Over,
            "training.datasetSize or model.width, where the run sweeps it, or nothing for steps"
        );
        var first = curves.Min(c => c.At[0]);
        var last = curves.Max(c => c.At[^1]);
        Require(
            options.At > first && options.At <= last,
            "at",
            options.At,
            $"a {(options.Over is null ? "step" : "size")} above {first} and up to {last}, the last that was measured"
        );
    }

    private static void Require(bool holds, string option, object? found, string expected)
    {
        if (!holds)
        {
            throw new InvalidOptionException(
                option,
                FormattableString.Invariant($"Got {found ?? "nothing"} for `--{option}`; expected {expected}.")
            );
        }
    }
}

namespace SkillTorch.Analysis;

/// <summary>Forecasts without a theory, which theories have to beat.</summary>
internal static class NaiveForecast
{
    /// <summary>
    /// The straight line through ln t over ln(1/p), or over ln rank where all skills are equally frequent, of the mastered skills; of
    /// slope 1 where there is one point.
    /// </summary>
    /// <param name="state">What is known.</param>
    /// <returns>Time at which each skill is mastered [K], none before what is known ends.</returns>
    public static double[] LogTime(MasteryState state)
    {
        var frequencies = state.Frequencies;
        var order = Order(state);
        double[] x = [.. Enumerable.Range(0, frequencies.Length).Select(k => -Math.Log(frequencies[k]))];
        if (frequencies.Distinct().Count() == 1)
        {
            foreach (var (rank, k) in order.Index())
                x[k] = Math.Log(rank + 1);
        }

        var learned = state.Learned;
        var (meanX, meanY) = (learned.Average(k => x[k]), learned.Average(k => Math.Log(state.Times[k])));
        var squares = learned.Sum(k => (x[k] - meanX) * (x[k] - meanX));
        var slope = squares > 1e-12 ? learned.Sum(k => (x[k] - meanX) * (Math.Log(state.Times[k]) - meanY)) / squares : 1;
        return [.. x.Select(value => Math.Max(state.Cut, Math.Exp(meanY + (slope * (value - meanX)))))];
    }

    /// <summary>Every further skill, in order of frequency, takes as long as the last one did.</summary>
    /// <inheritdoc cref="LogTime"/>
    public static double[] LastDuration(MasteryState state)
    {
        var last = state.Times[state.Learned[^1]];
        var duration = last - (state.Learned.Count > 1 ? state.Times[state.Learned[^2]] : 0);
        var times = new double[state.Times.Length];
        foreach (var (place, k) in Order(state).Index())
            times[k] = Math.Max(state.Cut, last + (duration * (place + 1 - state.Learned.Count)));
        return times;
    }

    private static int[] Order(MasteryState state) =>
        [.. Enumerable.Range(0, state.Times.Length).OrderBy(k => state.Times[k]).ThenByDescending(k => state.Frequencies[k])];
}

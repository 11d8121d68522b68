using SkillTorch.Analysis;
using SkillTorch.Fitting;
using SkillTorch.Training;

namespace SkillTorch.Reporting;

/// <summary>The tables of a run directory, each with its columns.</summary>
internal static class RunTables
{
    /// <summary>The datasets that a figure may name, each with the file that it is made from.</summary>
    public static readonly IReadOnlyDictionary<string, string> Sources = new Dictionary<string, string>
    {
        ["metrics"] = "metrics.csv",
        ["curves"] = "metrics.csv",
        ["theory"] = "theory.csv",
        ["overlay"] = "metrics.csv",
        ["draw"] = "metrics.csv",
        ["losses"] = "losses.csv",
        ["analyses"] = "analyses.csv",
        ["fits"] = FitsFile.Name,
        ["claims"] = ClaimsFile.Name,
    };

    /// <summary>metrics.csv of a run: every measured step and skill of every trial.</summary>
    /// <param name="sweepKeys">The experiment's swept keys.</param>
    /// <param name="quantities">What is measured beyond loss, strength and accuracy.</param>
    public static Layout<CurvePoint<TrialResult>> Metrics(IEnumerable<string> sweepKeys, IEnumerable<string> quantities) =>
        Measured(
            new Layout<CurvePoint<TrialResult>>()
                .Text("case", point => point.Of.Case)
                .Sweep(sweepKeys, point => point.Of.Sweep)
                .Integer("replicate", point => point.Of.Replicate),
            quantities
        );

    /// <summary>metrics.csv of a single trial.</summary>
    /// <param name="quantities">What is measured beyond loss, strength and accuracy.</param>
    public static Layout<CurvePoint<Trajectory>> TrialMetrics(IEnumerable<string> quantities) =>
        Measured(new Layout<CurvePoint<Trajectory>>(), quantities);

    /// <summary>losses.csv: total losses Σ p_i ℓ_i, in which a run of many skills takes a thousandth of the room of metrics.csv.</summary>
    /// <param name="sweepKeys">The experiment's swept keys.</param>
    public static Layout<(TrialResult Trial, int Step, double Loss)> Losses(IEnumerable<string> sweepKeys) =>
        new Layout<(TrialResult Trial, int Step, double Loss)>()
            .Text("case", row => row.Trial.Case)
            .Sweep(sweepKeys, row => row.Trial.Sweep)
            .Integer("replicate", row => row.Trial.Replicate)
            .Integer("step", row => row.Step)
            .Number("loss", row => row.Loss);

    /// <summary>
    /// theory.csv: what the theories predict. Where some theory is one of single replicates, a column says of which; it is empty for
    /// the others.
    /// </summary>
    /// <param name="sweepKeys">The experiment's swept keys.</param>
    public static Layout<CurvePoint<TheoryCurve>> Theory(IEnumerable<string> sweepKeys) =>
        new Layout<CurvePoint<TheoryCurve>>()
            .Text("case", point => point.Of.Case)
            .Sweep(sweepKeys, point => point.Of.Sweep)
            .Text("theory", point => point.Of.Theory)
            .Integer("replicate", point => point.Of.Replicate, isOptional: true)
            .Integer("step", point => point.Curve.Steps[point.Row])
            .Integer("skill", point => point.Skill + 1)
            .Number("loss", point => point.Curve.Loss[point.Row, point.Skill])
            .Number("strength", point => point.Curve.Strength[point.Row, point.Skill]);

    /// <summary>
    /// analyses.csv: the named quantities. A key, replicate or skill that a quantity spans has an empty cell. Where some quantity has
    /// intervals, two columns hold their ends.
    /// </summary>
    /// <param name="sweepKeys">The experiment's swept keys.</param>
    public static Layout<AnalysisValue> Analyses(IEnumerable<string> sweepKeys) =>
        new Layout<AnalysisValue>()
            .Text("case", value => value.Case)
            .Sweep(sweepKeys, value => value.Sweep)
            .Integer("replicate", value => value.Replicate)
            .Text("name", value => value.Name)
            .Number("value", value => value.Value)
            .Integer("skill", value => value.Skill)
            .Number("low", value => value.Low, isOptional: true)
            .Number("high", value => value.High, isOptional: true);

    /// <summary>The parameters of fits, one a row; a fit without parameters has one row too.</summary>
    /// <param name="sweepKeys">The experiment's swept keys.</param>
    public static Layout<FitRow> Fits(IEnumerable<string> sweepKeys) =>
        new Layout<FitRow>()
            .Text("case", row => row.Fit.Case)
            .Sweep(sweepKeys, row => row.Fit.Sweep)
            .Text("theory", row => row.Fit.Theory)
            .Text("parameter", row => row.Parameter?.Name)
            .Number("value", row => row.Parameter?.Value)
            .Number("low", row => row.Parameter?.Low)
            .Number("high", row => row.Parameter?.High)
            .Text("fitted", row => row.Parameter is { } parameter ? SweepPoint.Text(parameter.Fitted) : null)
            .Number("r2", row => row.Fit.R2)
            .Number("rmse", row => row.Fit.Rmse)
            .Number("aic", row => row.Fit.Aic)
            .Integer("points", row => row.Fit.Points)
            .Integer("replicate", row => row.Fit.Replicate, isOptional: true)
            .Text("note", row => row.Fit.Note, isOptional: true);

    /// <summary>Claims and what the run says of them.</summary>
    public static Layout<ClaimVerdict> Claims { get; } =
        new Layout<ClaimVerdict>()
            .Text("id", claim => claim.Id)
            .Text("statement", claim => claim.Statement)
            .Text("quantity", claim => claim.Quantity)
            .Number("value", claim => claim.Value)
            .Number("low", claim => claim.Low)
            .Number("high", claim => claim.High)
            .Text("verdict", claim => ClaimsFile.InWords(claim.Verdict))
            .Text("profile", claim => claim.Profile)
            .Number("published", claim => claim.Published)
            .Number("valueLow", claim => claim.ValueInterval?.Low)
            .Number("valueHigh", claim => claim.ValueInterval?.High)
            .Integer("seeds", claim => claim.Seeds?.Of)
            .Integer("seedsThatHold", claim => claim.Seeds?.Hold)
            .Text("note", claim => claim.Note);

    /// <summary>forecast.csv: when each skill of each network is mastered, measured or forecast, and the theories’ shares.</summary>
    /// <param name="sweepKeys">The experiment's swept keys.</param>
    /// <param name="at">The step, or size, up to which the curves were known.</param>
    /// <param name="theories">Names of the theories that have shares.</param>
    public static Layout<SkillForecast> Forecast(IEnumerable<string> sweepKeys, double at, IEnumerable<string> theories)
    {
        var layout = new Layout<SkillForecast>()
            .Text("case", row => row.Case)
            .Sweep(sweepKeys, row => row.Sweep)
            .Integer("replicate", row => row.Replicate)
            .Integer("skill", row => row.Skill)
            .Number("frequency", row => row.Frequency)
            .Number("at", _ => at)
            .Number("mastered", row => row.Mastered ? row.Time : null)
            .Number("forecast", row => row.Mastered ? null : row.Time)
            .Number("low", row => row.Mastered ? null : row.Low)
            .Number("high", row => row.Mastered ? null : row.High);
        foreach (var theory in theories)
            layout.Number($"weight of {theory}", row => row.Weights.TryGetValue(theory, out var weight) ? weight : null);
        return layout;
    }

    /// <summary>The columns of a dataset, those too that stand only where the run has values for them.</summary>
    /// <param name="dataset">One of <see cref="Sources"/>.</param>
    /// <param name="sweepKeys">The experiment's swept keys.</param>
    /// <param name="quantities">What is measured beyond loss, strength and accuracy.</param>
    public static IReadOnlyList<string> Columns(string dataset, IEnumerable<string> sweepKeys, IEnumerable<string> quantities) =>
        dataset switch
        {
            "metrics" => Metrics(sweepKeys, quantities).Names,
            "curves" => Curves.Columns(Metrics(sweepKeys, quantities).Names),
            "theory" => Theory(sweepKeys).Names,
            "overlay" or "draw" => Overlay.Columns(Metrics(sweepKeys, quantities).Names),
            "losses" => Curves.Columns(Losses(sweepKeys).Names),
            "analyses" => Analyses(sweepKeys).Names,
            "fits" => Fits(sweepKeys).Names,
            "claims" => Claims.Names,
            _ => throw new ArgumentOutOfRangeException(nameof(dataset), dataset, null),
        };

    /// <summary>The columns that a dataset lacks where the run has no values for them.</summary>
    public static IReadOnlyList<string> OptionalColumns(string dataset) =>
        dataset switch
        {
            "theory" => Theory([]).OptionalNames,
            "analyses" => Analyses([]).OptionalNames,
            "fits" => Fits([]).OptionalNames,
            _ => [],
        };

    /// <summary>Reads analyses.csv.</summary>
    /// <exception cref="IOException">The file cannot be read; the message names the path.</exception>
    /// <exception cref="InvalidDataException">It lacks a column, or is damaged.</exception>
    public static IReadOnlyList<AnalysisValue> ReadAnalyses(string path)
    {
        var table = Table.Read(path);
        Column[] swept = [.. table.Columns.ExceptBy(Analyses([]).Names, column => column.Name)];
        return
        [
            .. Enumerable
                .Range(0, table.Rows)
                .Select(row => new AnalysisValue(
                    new Place(table["case"].Text(row), Point(row), Whole("replicate", row)),
                    table["name"].Text(row),
                    table["value"].Number(row)
                )
                {
                    Skill = Whole("skill", row),
                    Low = Number("low", row),
                    High = Number("high", row),
                }),
        ];

        SweepPoint Point(int row) =>
            [.. swept.Where(key => key.Text(row) != "").Select(key => KeyValuePair.Create(key.Name, Swept(key, row)))];
        static object Swept(Column key, int row) => key is TextColumn ? key.Text(row) : key.Number(row);
        double? Number(string name, int row) => table.Has(name) ? table[name].Number(row) : null;
        int? Whole(string name, int row) => Number(name, row) is { } number && !double.IsNaN(number) ? (int)number : null;
    }

    /// <summary>The points of curves, step by step and skill by skill.</summary>
    public static IEnumerable<CurvePoint<T>> Points<T>(IEnumerable<T> several, Func<T, Trajectory> curveOf)
    {
        foreach (var one in several)
        {
            var curve = curveOf(one);
            for (var row = 0; row < curve.Steps.Length; row++)
            {
                for (var skill = 0; skill < curve.Skills; skill++)
                    yield return new(one, curve, row, skill);
            }
        }
    }

    private static Layout<CurvePoint<T>> Measured<T>(Layout<CurvePoint<T>> keys, IEnumerable<string> quantities)
    {
        keys.Integer("step", point => point.Curve.Steps[point.Row])
            .Integer("skill", point => point.Skill + 1)
            .Number("frequency", point => point.Curve.Frequencies[point.Skill])
            .Number("loss", point => point.Curve.Loss[point.Row, point.Skill])
            .Number("strength", point => point.Curve.Strength[point.Row, point.Skill])
            .Number("accuracy", point => point.Curve.Accuracy[point.Row, point.Skill]);
        foreach (var name in quantities)
            keys.Number(name, point => point.Curve.Extra.TryGetValue(name, out var column) ? column[point.Row, point.Skill] : null);
        return keys;
    }
}

/// <summary>A parameter of a fit; null in the one row of a fit that has none.</summary>
internal readonly record struct FitRow(FitResult Fit, FittedParameter? Parameter);

/// <summary>One skill at one step of a curve.</summary>
/// <param name="Of">What the curve belongs to.</param>
/// <param name="Curve">The curve.</param>
/// <param name="Row">Index of the step.</param>
/// <param name="Skill">Index of the skill, from 0.</param>
internal readonly record struct CurvePoint<T>(T Of, Trajectory Curve, int Row, int Skill);

using System.Text.Json.Nodes;
using SkillTorch.Analysis;
using SkillTorch.Fitting;
using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Tests.Reporting;

public sealed class RunTablesTests : IDisposable
{
    private static readonly SweepPoint Slow = [new("optimizer.learningRate", 0.01), new("optimizer.kind", "adam")];
    private static readonly SweepPoint Fast = [new("optimizer.learningRate", 0.1), new("optimizer.kind", "sgd")];
    private static readonly string[] Keys = ["optimizer.learningRate", "optimizer.kind"];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Datasets => [.. RunTables.Sources.Keys];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Datasets))]
    public void A_figure_may_name_the_columns_that_its_dataset_has(string dataset)
    {
        WriteRun(replicate: 2);
        var table = new FigureData(folder.Path, [])[dataset]!;
        Assert.Equal(RunTables.Columns(dataset, Keys, ["entropy"]), table.Columns.Select(column => column.Name));
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public void What_no_row_has_is_not_written(string dataset)
    {
        WriteRun(replicate: null);
        var table = new FigureData(folder.Path, [])[dataset]!;
        Assert.Equal(
            RunTables.Columns(dataset, Keys, ["entropy"]).Except(RunTables.OptionalColumns(dataset)),
            table.Columns.Select(column => column.Name)
        );
    }

    [Fact]
    public void Analyses_come_back()
    {
        AnalysisValue[] values =
        [
            new(new("a", Slow, 1), "time", 12) { Skill = 3 },
            new(new("a", [new("optimizer.kind", "sgd")], null), "time", double.PositiveInfinity),
            new(new("", [], null), "1", double.NaN),
        ];
        RunTables.Analyses(Keys).Write(folder["a.csv"], values);
        Assert.Equal(
            "case,optimizer.learningRate,optimizer.kind,replicate,name,value,skill\na,0.01,adam,1,time,12,3\na,,sgd,,time,Infinity,\n\"\",,,,\"1\",,\n",
            File.ReadAllText(folder["a.csv"])
        );
        Assert.Equal(values, RunTables.ReadAnalyses(folder["a.csv"]));

        values = [values[0] with { Low = 1, High = double.PositiveInfinity }, values[1] with { Low = 2, High = 3 }];
        RunTables.Analyses(Keys).Write(folder["a.csv"], values);
        Assert.Equal(values, RunTables.ReadAnalyses(folder["a.csv"]));
    }

    [Fact]
    public void Fits_come_back()
    {
        FitResult[] fits = [Fit(null), Fit(2) with { R2 = double.NaN, Sweep = [new("optimizer.nesterov", true)], Note = "at the edge" }];
        FitsFile.Write(folder[FitsFile.Name], fits);
        var read = FitsFile.Read(folder[FitsFile.Name]);
        Assert.Equal(fits.Select(fit => fit with { Parameters = [] }), read.Select(fit => fit with { Parameters = [] }));
        Assert.Equal(fits.SelectMany(fit => fit.Parameters), read.SelectMany(fit => fit.Parameters));
        Assert.Empty(FitsFile.Read(folder["none.json"]));
    }

    [Theory]
    [InlineData("""[{ "case": "a" }]""")]
    [InlineData("""[1]""")]
    [InlineData("""[{ "case": 1, "sweep": [], "theory": "t", "parameters": {} }]""")]
    public void Damaged_fits_are_refused_in_a_sentence(string text)
    {
        File.WriteAllText(folder[FitsFile.Name], text);
        Assert.Equal(
            $"Got a damaged file `{folder[FitsFile.Name]}`; expected the fits of a run.",
            Assert.Throws<InvalidDataException>(() => FitsFile.Read(folder[FitsFile.Name])).Message
        );
    }

    [Theory]
    [InlineData(
        "fits",
        "label",
        "case, optimizer.learningRate, theory, parameter, value, low, high, fitted, r2, rmse, aic, points, replicate, note"
    )]
    [InlineData(
        "claims",
        "within",
        "id, statement, quantity, value, low, high, verdict, profile, published, valueLow, valueHigh, seeds, seedsThatHold, note"
    )]
    public void A_column_that_nothing_writes_is_refused(string dataset, string field, string columns)
    {
        var figure = JsonNode
            .Parse($$"""{ "data": { "name": "{{dataset}}" }, "mark": "point", "encoding": { "x": { "field": "{{field}}" } } }""")!
            .AsObject();
        Assert.Equal(
            [$"Got the field `{field}` at `figure.encoding.x.field`; expected a column of `{dataset}`: {columns}."],
            FigureRenderer.Check(figure, ["optimizer.learningRate"])
        );
    }

    [Fact]
    public void A_column_that_the_run_has_no_values_for_is_no_mistake()
    {
        using var run = new SampleRun(
            """{ "data": { "name": "analyses" }, "mark": "point", "encoding": { "x": { "field": "low", "type": "quantitative" } } }"""
        );
        FigureRenderer.Render(run.Path);
        Assert.True(File.Exists(run["figure.vl.json"]));
    }

    private static FitResult Fit(int? replicate) =>
        new(new("a", Slow, replicate), "resource", [new("n0", 0.1, 0.05, double.NaN, true), new("rate", 2, 2, 2, false)], 0.9, 0.1, -5, 40);

    private void WriteRun(int? replicate)
    {
        var curve = new Trajectory([0, 10], [1], new double[2, 1], new double[2, 1], new double[2, 1])
        {
            Extra = new Dictionary<string, double[,]> { ["entropy"] = new double[2, 1] },
        };
        TrialResult[] trials = [new(new("a", Slow, 1), null!, curve), new(new("a", Fast, 1), null!, curve)];
        AtomicFile.WriteText(folder["experiment.json"], "{}");
        TrajectoryTable.WriteAll(folder["metrics.csv"], trials);
        RunTables.Losses(Keys).Write(folder["losses.csv"], trials.Select(trial => (trial, 10, 0.5)));
        RunTables
            .Theory(Keys)
            .Write(
                folder["theory.csv"],
                RunTables.Points([new TheoryCurve(new("a", Slow, replicate), "resource", curve)], theory => theory.Curve)
            );
        RunTables
            .Analyses(Keys)
            .Write(folder["analyses.csv"], [new(new("a", Slow, null), "time", 3) { Low = replicate, High = replicate }]);
        FitsFile.Write(
            folder[FitsFile.Name],
            [Fit(replicate) with { Note = replicate is null ? null : "a note" }, Fit(replicate) with { Sweep = Fast }]
        );
        ClaimsFile.Write(folder[ClaimsFile.Name], [new("P1", "It learns.", "time", 3, 1, null, Verdict.Holds, null, null)]);
    }
}

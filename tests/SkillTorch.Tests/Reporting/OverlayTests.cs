using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class OverlayTests
{
    private static readonly Table CurvesTable = Curves.From(
        new Table(
            new TextColumn("case", "a", "a"),
            new NumberColumn("model.width", 10, 10),
            new IntegerColumn("replicate", 1, 2),
            new IntegerColumn("step", 5, 5),
            new IntegerColumn("skill", 1, 1),
            new NumberColumn("frequency", 1, 1),
            new NumberColumn("loss", 0.25, 0.75),
            new NumberColumn("strength", 0, 1),
            new NumberColumn("accuracy", 0.5, 0.6)
        )
    );

    private static readonly Table Theory = new(
        new TextColumn("case", "a"),
        new NumberColumn("model.width", 10),
        new TextColumn("theory", "domino"),
        new IntegerColumn("step", 5),
        new IntegerColumn("skill", 1),
        new NumberColumn("loss", 0.09),
        new NumberColumn("strength", 0.7)
    );

    [Fact]
    public void Holds_means_and_predictions_row_by_row()
    {
        var overlay = Overlay.Create(CurvesTable, Theory);

        Assert.Equal(
            ["case", "model.width", "source", "step", "skill", "strength", "strengthQ10", "strengthQ90", "loss", "accuracy"],
            overlay.Columns.Select(c => c.Name)
        );
        Assert.Equal(["measured", "domino"], overlay.Texts("source"));
        Assert.Equal([10, 10], overlay.Numbers("model.width"));
        Assert.Equal([0.5, 0.7], overlay.Numbers("strength"));
        Assert.Equal([0.9, double.NaN], overlay.Numbers("strengthQ90"));
        Assert.Equal([0.5, 0.09], overlay.Numbers("loss"));
        Assert.Equal([0.55, double.NaN], overlay.Numbers("accuracy"));
    }

    [Fact]
    public void Predictions_of_single_replicates_stand_beside_that_replicate_alone()
    {
        var metrics = new Table(
            new TextColumn("case", "a", "a"),
            new IntegerColumn("replicate", 1, 2),
            new IntegerColumn("step", 5, 5),
            new IntegerColumn("skill", 1, 1),
            new NumberColumn("frequency", 1, 1),
            new NumberColumn("loss", 0.25, 0.75),
            new NumberColumn("strength", 0.4, 0.8),
            new NumberColumn("accuracy", 0.5, 0.6)
        );
        var theory = new Table(
            new TextColumn("case", "a", "a", "a"),
            new TextColumn("theory", "resource", "resource", "domino"),
            new NumberColumn("replicate", 1, 2, double.NaN),
            new IntegerColumn("step", 5, 5, 5),
            new IntegerColumn("skill", 1, 1, 1),
            new NumberColumn("loss", 0.1, 0.2, 0.3),
            new NumberColumn("strength", 0.41, 0.79, 0.6)
        );

        var draw = Overlay.Draw(metrics, theory);
        Assert.Equal(["measured", "resource", "domino"], draw.Texts("source"));
        Assert.Equal([0.4, 0.41, 0.6], draw.Numbers("strength"));
        var mean = Overlay.Create(Curves.From(metrics), theory);
        Assert.Equal(["measured", "domino"], mean.Texts("source"));
    }

    [Fact]
    public void Is_the_measurement_alone_without_a_theory() =>
        Assert.Equal(["measured"], Overlay.Create(CurvesTable, null).Texts("source"));
}

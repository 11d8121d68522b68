using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

/// <summary>Rows that no view of a figure shows are left out; all others stay.</summary>
public sealed class ShownRowsTests
{
    private static readonly Table Metrics = new(
        new TextColumn("case", "a", "a", "b", "b"),
        new NumberColumn("model.width", 10, 20, 10, 20),
        new IntegerColumn("step", 0, 5, 10, 15),
        new IntegerColumn("skill", 1, 1, 1, 1),
        new NumberColumn("strength", 0.1, 0.2, 0.3, 0.4)
    );

    [Theory]
    [InlineData("""{ "field": "step", "lte": 5 }""", "0 5")]
    [InlineData("""{ "field": "step", "gte": 5 }""", "5 10 15")]
    [InlineData("""{ "field": "step", "range": [5, 10] }""", "5 10")]
    [InlineData("""{ "field": "case", "equal": "b" }""", "10 15")]
    [InlineData("""{ "field": "model.width", "oneOf": [20, 30] }""", "5 15")]
    [InlineData("""{ "field": "strength", "lte": 0.1 }""", "0 5 10 15")] // no key: its statistics are filtered by Vega
    [InlineData("\"datum.step < 5\"", "0 5 10 15")]
    public void By_a_views_first_filters(string filter, string steps) =>
        Assert.Equal(steps, Shown($$"""{ "data": { "name": "curves" }, "transform": [{ "filter": {{filter}} }], "mark": "line" }"""));

    [Fact]
    public void By_all_first_filters_of_any_view() =>
        Assert.Equal(
            "0 15",
            Shown(
                """
                { "hconcat": [
                    { "data": { "name": "curves" }, "transform": [{ "filter": { "field": "case", "equal": "a" } }, { "filter": { "field": "step", "lt": 3 } }] },
                    { "data": { "name": "curves" }, "transform": [{ "filter": { "field": "step", "gt": 12 } }, { "calculate": "1", "as": "one" }, { "filter": { "field": "step", "lt": 3 } }] },
                    { "data": { "name": "theory" }, "mark": "line" } ] }
                """
            )
        );

    [Fact]
    public void A_view_without_filter_shows_all() =>
        Assert.Equal(
            "0 5 10 15",
            Shown(
                """
                { "layer": [ { "data": { "name": "curves" }, "transform": [{ "filter": { "field": "step", "lt": 3 } }] }, { "data": { "name": "curves" } } ] }
                """
            )
        );

    private static string Shown(string figure) =>
        string.Join(' ', ShownRows.From(JsonNode.Parse(figure)!.AsObject(), "curves").In(Metrics).Integers("step"));
}

using System.Text.Json.Nodes;

namespace SkillTorch.Reporting;

/// <summary>The look of every figure: white paper, one legible font, thin axes, colours that a colour-blind reader can tell
/// apart.</summary>
internal static class FigureTheme
{
    // `range.category`: Okabe and Ito's palette without its yellow and black, which white paper and reference lines
    // take, and with three of Tol's. `range.ordinal`, for skills in their order: viridis without its pale end.
    private const string Config = """
        {
          "background": "white",
          "font": "Arial, Arimo, Liberation Sans, Helvetica, sans-serif",
          "padding": 8,
          "view": { "stroke": null, "continuousWidth": 320, "continuousHeight": 220 },
          "axis": {
            "domainColor": "#333", "tickColor": "#333", "labelColor": "#222", "titleColor": "#111",
            "labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal", "titlePadding": 8,
            "tickSize": 4, "labelPadding": 4, "gridColor": "#ececec", "gridWidth": 0.8,
            "labelOverlap": "greedy", "labelSeparation": 4, "tickCount": 6
          },
          "axisX": { "grid": false, "labelFlush": false },
          "axisQuantitative": { "domain": true },
          "legend": { "labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal", "titleColor": "#111", "labelColor": "#222", "labelLimit": 260, "titleLimit": 260, "symbolStrokeWidth": 2, "symbolOpacity": 1, "symbolSize": 64 },
          "header": { "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelColor": "#111", "titleColor": "#111", "labelPadding": 6, "titlePadding": 4 },
          "title": { "anchor": "start", "fontSize": 14, "fontWeight": "bold", "color": "#111", "subtitleFontSize": 11, "subtitleColor": "#555", "subtitlePadding": 4, "offset": 10 },
          "facet": { "spacing": 18 },
          "concat": { "spacing": 28 },
          "line": { "strokeWidth": 1.8, "strokeJoin": "round", "strokeCap": "round" },
          "rule": { "color": "#777", "strokeWidth": 1 },
          "point": { "filled": true, "size": 36 },
          "circle": { "size": 36, "opacity": 0.85 },
          "errorband": { "band": { "opacity": 0.18 } },
          "area": { "opacity": 0.18 },
          "text": { "fontSize": 11, "color": "#222" },
          "bar": { "color": "#0072B2" },
          "range": {
            "category": ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#44AA99", "#999933", "#666666"],
            "ordinal": { "scheme": "viridis", "extent": [0, 0.88] },
            "ramp": { "scheme": "viridis" },
            "heatmap": { "scheme": "viridis" },
            "diverging": { "scheme": "blueorange" }
          }
        }
        """;

    /// <summary>Lays the theme under the spec's own `config`, which wins wherever it says something.</summary>
    public static void Apply(JsonObject spec)
    {
        var theme = JsonNode.Parse(Config)!.AsObject();
        if (spec["config"] is JsonObject own)
        {
            Merge(theme, own);
        }
        spec["config"] = theme;
    }

    private static void Merge(JsonObject under, JsonObject over)
    {
        foreach (var (name, value) in over)
        {
            if (value is JsonObject inner && under[name] is JsonObject below)
            {
                Merge(below, inner);
            }
            else
            {
                under[name] = value?.DeepClone();
            }
        }
    }
}

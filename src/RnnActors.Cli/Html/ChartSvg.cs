using RnnActors.Runs.Pictures;

namespace RnnActors.Cli.Html;

/// <summary>A chart as a self-contained SVG file, for papers and slides, on a white background.</summary>
internal static class ChartSvg
{
    private const double Left = 80, Right = 40, Line = 22, Letter = 7;

    private const string Texts = "text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-size:18px;font-weight:600;fill:#1f2328}.end{text-anchor:end}"
        + ".middle{text-anchor:middle}";

    /// <returns>Null if there is nothing to draw.</returns>
    public static string? Of(string title, Chart chart)
    {
        if (ChartHtml.ScalesOf(chart) is not var (x, y, isLogarithmic)) return null;
        List<(string Name, string Style, double X, int Row)> legend = [];
        (double at, int row) = (0, 0);
        foreach ((string name, string look) in ChartHtml.LegendOf(chart))
        {
            double width = 50 + (Letter * name.Length);
            if (at > 0 && at + width > ChartHtml.Width) (at, row) = (0, row + 1);
            legend.Add((name, look, at, row));
            at += width;
        }

        double top = 44 + (legend.Count > 0 ? Line * (row + 1) : 0) + Line + 6, bottom = top + ChartHtml.Height;
        double fullWidth = Left + ChartHtml.Width + Right, fullHeight = bottom + (2 * Line) + 10;
        var svg = new HtmlWriter();
        using (svg.Open("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("class", "chart legend"), ("width", HtmlWriter.Number(fullWidth)),
            ("height", HtmlWriter.Number(fullHeight)), ("viewBox", $"0 0 {HtmlWriter.Number(fullWidth)} {HtmlWriter.Number(fullHeight)}"), ("role", "img")))
        {
            svg.Leaf("title", title);
            svg.Trusted($"<style>{PageStyle.OfCharts}{Texts}</style>");
            svg.Empty("rect", ("width", "100%"), ("height", "100%"), ("fill", "#fff"));
            Text(svg, title, "title", 16, 28);
            foreach (var entry in legend)
            {
                (double left, double line) = (16 + entry.X, 50 + (Line * entry.Row));
                svg.Empty("path", ("class", entry.Style), ("d", ChartHtml.SampleOf(entry.Style)),
                    ("transform", $"translate({HtmlWriter.Number(left)} {HtmlWriter.Number(line - 9)})"));
                Text(svg, entry.Name, null, left + 34, line);
            }

            Text(svg, isLogarithmic ? $"{chart.YTitle} (logarithmic)" : chart.YTitle, null, 16, top - 16);
            using (svg.Open("g", ("transform", $"translate({Left} {HtmlWriter.Number(top)})"))) ChartHtml.Draw(svg, chart, x, y, isLogarithmic);
            foreach ((double place, string label) in y.Ticks) Text(svg, label, "end", Left - 8, bottom - (place * ChartHtml.Height) + 4);
            foreach ((double place, string label) in TickRoom.Shown(x.Ticks, ChartHtml.Width))
                Text(svg, label, "middle", Left + (place * ChartHtml.Width), bottom + 18);
            Text(svg, chart.XTitle, "middle", Left + (ChartHtml.Width / 2), bottom + 18 + Line);
        }

        return svg.ToString();
    }

    private static void Text(HtmlWriter svg, string text, string? look, double x, double y) =>
        svg.Leaf("text", text, ("class", look), ("x", HtmlWriter.Number(x)), ("y", HtmlWriter.Number(y)));
}

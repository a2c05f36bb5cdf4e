using System.Globalization;
using System.Text;
using RnnActors.Data.Wording;
using RnnActors.Runs.Pictures;

namespace RnnActors.Cli.Html;

/// <summary>
/// A chart. Its lines are an SVG that is stretched to the available width; its labels are text beside it. So letters and lines keep their size on a phone and
/// on paper. Lines differ in colour, dashes and width; values appear under the pointer.
/// </summary>
internal static class ChartHtml
{
    /// <summary>The size of the SVG in its own units; only x is stretched.</summary>
    public const double Width = 1000, Height = 240;

    /// <summary>The maximum number of strips that show values under the pointer.</summary>
    private const int MaxStrips = 60;

    /// <summary>The number of styles for lines without a role of their own.</summary>
    private const int LineStyles = 8;

    public static void Write(HtmlWriter html, Chart chart, string description)
    {
        if (ScalesOf(chart) is not var (x, y, isLogarithmic))
        {
            html.Leaf("p", "There is nothing to draw.", ("class", "quiet"));
            return;
        }

        Legend(html, chart);
        using (html.Open("div", ("class", chart.HasDiagonal ? "chart square" : "chart")))
        {
            html.Leaf("div", isLogarithmic ? $"{chart.YTitle} (logarithmic)" : chart.YTitle, ("class", "ytitle"));
            using (html.Open("div", ("class", "yticks"), ("aria-hidden", "true")))
                foreach ((double at, string label) in y.Ticks) html.Leaf("span", label, ("style", $"bottom:{HtmlWriter.Percent(at)}"));
            using (html.Open("div", ("class", "plot")))
            using (html.Open("svg", ("viewBox", $"0 0 {Width} {Height}"), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", description)))
            {
                Draw(html, chart, x, y, isLogarithmic);
                Strips(html, chart, x);
            }

            using (html.Open("div", ("class", "xticks"), ("aria-hidden", "true")))
            {
                string[] classes = TickRoom.ClassesOf(x.Ticks);
                for (int i = 0; i < x.Ticks.Count; i++)
                    html.Leaf("span", x.Ticks[i].Label, ("style", $"left:{HtmlWriter.Percent(x.Ticks[i].At)}"), ("class", Class(classes[i])));
            }

            if (chart.XTitle.Length > 0) html.Leaf("div", chart.XTitle, ("class", "xtitle"));
        }
    }

    /// <summary>The axes; null if there is nothing to draw.</summary>
    public static (AxisScale X, AxisScale Y, bool IsLogarithmic)? ScalesOf(Chart chart)
    {
        double[] xs = [.. chart.Lines.SelectMany(line => line.X), .. chart.Bands.SelectMany(band => band.X), .. chart.Bars?.Edges ?? [],
            .. chart.Bars is null ? [] : chart.Marks.Select(mark => mark.X)];
        double[] ys = [.. chart.Lines.SelectMany(line => line.Y), .. chart.Bands.SelectMany(band => band.Lower.Concat(band.Upper)),
            .. chart.Bars?.Heights ?? []];
        (xs, ys) = (Array.FindAll(xs, double.IsFinite), Array.FindAll(ys, double.IsFinite));
        if (xs.Length == 0 || ys.Length == 0) return null;

        if (chart.HasZero) ys = [.. ys, 0];
        bool isLogarithmic = chart.IsLogarithmic && ys.Min() > 0;
        if (chart.HasDiagonal) xs = ys = [.. xs, .. ys];
        AxisScale y = isLogarithmic
            ? AxisScale.Logarithmic(ys.Min(), ys.Max())
            : AxisScale.Linear(ys.Min(), ys.Max(), ends: true, isCount: chart.Bars is not null);
        // A diagonal needs equal axes.
        AxisScale x = chart.HasDiagonal ? y
            : chart.IsTime ? AxisScale.Times(xs.Min(), xs.Max())
            : AxisScale.Linear(xs.Min(), xs.Max(), ends: false, chart.IsCount, ticks: 6);
        return (x, y, isLogarithmic);
    }

    /// <summary>The entries of the legend, each with its style; empty for a single line.</summary>
    public static IReadOnlyList<(string Name, string Style)> LegendOf(Chart chart) => chart.Lines.Count + chart.Bands.Count < 2 && chart.Marks.Count == 0 ? [] :
    [
        .. chart.Lines.Select(line => (line.Name, ClassOf(chart, line))), .. chart.Bands.Select(band => (band.Name, $"band {ClassOf(band.Role)}")),
        .. chart.Marks.Select(mark => (mark.Text, "mark")),
    ];

    /// <summary>The sample of a legend's entry, 28 wide and 10 high.</summary>
    public static string SampleOf(string look) =>
        look.StartsWith("band", StringComparison.Ordinal) ? "M0 1H28V9H0Z" : look == "mark" ? "M14 0V10" : "M0 5H28";

    private static string? Class(string look) => look.Length > 0 ? look : null;

    private static string ClassOf(ChartRole role) => role.ToString().ToLowerInvariant();

    /// <summary>The style of a line; lines without a role are numbered.</summary>
    private static string ClassOf(Chart chart, ChartLine line)
    {
        int number = line.Role == ChartRole.Other ? chart.Lines.Where(other => other.Role == ChartRole.Other).TakeWhile(other => other != line).Count() : 0;
        return number % LineStyles == 0 ? $"line {ClassOf(line.Role)}" : $"line {ClassOf(line.Role)} n{number % LineStyles}";
    }

    /// <summary>Draws grid, lines, bands and bars as paths in a space of <see cref="Width"/> by <see cref="Height"/>.</summary>
    public static void Draw(HtmlWriter html, Chart chart, AxisScale x, AxisScale y, bool isLogarithmic)
    {
        foreach ((double at, _) in y.Ticks) html.Empty("path", ("class", "grid"), ("d", $"M0 {HtmlWriter.Number(Height * (1 - at))}H{Width}"));
        foreach ((double at, _) in x.Ticks) html.Empty("path", ("class", "grid"), ("d", $"M{HtmlWriter.Number(Width * at)} 0V{Height}"));
        string At(double atX, double atY) => $"{HtmlWriter.Number(Width * x.Of(atX))} {HtmlWriter.Number(Height * (1 - y.Of(atY)))}";
        bool Shown(double value) => double.IsFinite(value) && (!isLogarithmic || value > 0);
        foreach (ChartBand band in chart.Bands)
            foreach ((int from, int to) in Stretches(band.X.Length, i => Shown(band.Lower[i]) && Shown(band.Upper[i])))
            {
                var path = new StringBuilder("M");
                for (int i = from; i < to; i++) path.Append(i > from ? "L" : "").Append(At(band.X[i], band.Upper[i]));
                for (int i = to - 1; i >= from; i--) path.Append('L').Append(At(band.X[i], band.Lower[i]));
                html.Empty("path", ("class", $"band {ClassOf(band.Role)}"), ("d", path.Append('Z').ToString()));
            }

        if (chart.Bars is { } bars)
        {
            var path = new StringBuilder();
            for (int i = 0; i < bars.Heights.Length; i++)
            {
                if (bars.Heights[i] == 0) continue;
                double left = (Width * x.Of(bars.Edges[i])) + 1, right = Math.Max(left + 1, (Width * x.Of(bars.Edges[i + 1])) - 1);
                path.Append(CultureInfo.InvariantCulture,
                    $"M{HtmlWriter.Number(left)} {HtmlWriter.Number(Height * (1 - y.Of(0)))}V{HtmlWriter.Number(Height * (1 - y.Of(bars.Heights[i])))}"
                    + $"H{HtmlWriter.Number(right)}V{HtmlWriter.Number(Height * (1 - y.Of(0)))}Z");
            }

            html.Empty("path", ("class", $"bars {ClassOf(bars.Role)}"), ("d", path.ToString()));
        }

        if (chart.HasZero && chart.Bars is null && y.Of(0) is > 0.001 and < 0.999)
            html.Empty("path", ("class", "zero"), ("d", $"M0 {HtmlWriter.Number(Height * (1 - y.Of(0)))}H{Width}"));
        if (chart.HasDiagonal) html.Empty("path", ("class", "zero"), ("d", $"M0 {Height}L{Width} 0"));
        foreach (ChartMark mark in chart.Marks)
            using (html.Open("path", ("class", "mark"), ("d", $"M{HtmlWriter.Number(Width * x.Of(mark.X))} 0V{Height}"))) html.Leaf("title", mark.Text);

        foreach (ChartLine line in chart.Lines)
        {
            var path = new StringBuilder();
            if (line.ArePoints)
            {
                // Zero-length strokes with round ends stay round when the picture is stretched.
                for (int i = 0; i < line.X.Length; i++)
                    if (Shown(line.X[i]) && Shown(line.Y[i])) path.Append('M').Append(At(line.X[i], line.Y[i])).Append("h0");
                html.Empty("path", ("class", $"points {ClassOf(line.Role)}"), ("d", path.ToString()));
                continue;
            }

            foreach ((int from, int to) in Stretches(line.X.Length, i => Shown(line.Y[i])))
            {
                path.Append('M').Append(At(line.X[from], line.Y[from]));
                if (to == from + 1) path.Append("h0");
                for (int i = from + 1; i < to; i++) path.Append('L').Append(At(line.X[i], line.Y[i]));
            }

            html.Empty("path", ("class", ClassOf(chart, line)), ("d", path.ToString()));
        }
    }

    /// <summary>The ranges without gaps.</summary>
    private static IEnumerable<(int From, int To)> Stretches(int count, Func<int, bool> isShown)
    {
        for (int from = 0; from < count; from++)
        {
            int to = from;
            while (to < count && isShown(to)) to++;
            if (to > from) yield return (from, to);
            from = Math.Max(from, to);
        }
    }

    private static void Strips(HtmlWriter html, Chart chart, AxisScale x)
    {
        if (chart.Bars is { } bars)
        {
            for (int i = 0; i < bars.Heights.Length; i++)
                Strip(html, x.Of(bars.Edges[i]), x.Of(bars.Edges[i + 1]),
                    $"{Figures.Number(bars.Edges[i])} to {Figures.Number(bars.Edges[i + 1])}: {Figures.Count((long)bars.Heights[i])} {bars.Name}");
            return;
        }

        ChartLine[] lines = [.. chart.Lines.Where(line => !line.ArePoints && line.X.Length > 0)];
        if (lines.Length == 0) return;
        double[] at = lines[0].X;
        int every = Math.Max(1, (at.Length + MaxStrips - 1) / MaxStrips);
        for (int i = 0; i < at.Length; i += every)
        {
            double here = x.Of(at[i]), before = i < every ? 0 : (here + x.Of(at[i - every])) / 2, after = i + every >= at.Length ? 1
                : (here + x.Of(at[i + every])) / 2;
            string when = chart.IsTime ? Chart.TimeOf(at[i]).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
                .Replace(" 00:00", "", StringComparison.Ordinal) : $"{chart.XTitle} {Figures.Number(at[i])}";
            IEnumerable<string> values = lines.Select(line => (line.Name, At: Nearest(line.X, at[i])))
                .Select(found => $"{found.Name} {Value(found.At, found.Name)}");
            Strip(html, before, after, $"{when}: {string.Join(", ", values)}");
            string Value(int point, string name) => Figures.Number(lines.First(line => line.Name == name).Y[point]);
        }
    }

    private static void Strip(HtmlWriter html, double from, double to, string text)
    {
        using (html.Open("path", ("class", "strip"),
            ("d", $"M{HtmlWriter.Number(Width * from)} 0H{HtmlWriter.Number(Width * to)}V{Height}H{HtmlWriter.Number(Width * from)}Z"))) html.Leaf("title",
            text);
    }

    private static int Nearest(double[] ascending, double x)
    {
        int at = Array.BinarySearch(ascending, x);
        if (at >= 0) return at;
        at = ~at;
        return at == 0 ? 0 : at == ascending.Length ? at - 1 : x - ascending[at - 1] < ascending[at] - x ? at - 1 : at;
    }

    private static void Legend(HtmlWriter html, Chart chart)
    {
        IReadOnlyList<(string Name, string Style)> entries = LegendOf(chart);
        if (entries.Count == 0) return;
        using (html.Open("ul", ("class", "legend")))
        {
            foreach ((string name, string look) in entries)
            {
                using (html.Open("li"))
                {
                    using (html.Open("svg", ("viewBox", "0 0 28 10"), ("width", "28"), ("height", "10"), ("aria-hidden", "true")))
                        html.Empty("path", ("class", look), ("d", SampleOf(look)));
                    html.Text(name);
                }
            }
        }
    }
}

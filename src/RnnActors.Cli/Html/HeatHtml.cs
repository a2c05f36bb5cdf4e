using System.Globalization;
using System.Text;
using RnnActors.Data.Wording;
using RnnActors.Runs.Pictures;

namespace RnnActors.Cli.Html;

/// <summary>
/// Numbers as colours: a table if they can be read, else a picture. Ten levels of one hue are distinguishable with any colour vision, and in grey.
/// </summary>
internal static class HeatHtml
{
    private const int Levels = 10;

    public static void Write(HtmlWriter html, HeatMap heat, string title)
    {
        if (heat.Values.Count == 0 || heat.Values[0].Length == 0) html.Leaf("p", "There is nothing to draw.", ("class", "quiet"));
        else if (heat.IsDense) Dense(html, heat, title);
        else Table(html, heat, title);
    }

    private static void Table(HtmlWriter html, HeatMap heat, string title)
    {
        // The scale of shares goes up to 1 at least, so that equal weights are all pale.
        double max = Math.Max(1, heat.Values.SelectMany(row => row).Where(double.IsFinite).DefaultIfEmpty(1).Max());
        using (html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", title)))
        using (html.Open("table", ("class", "heat")))
        {
            using (html.Open("thead"))
            using (html.Open("tr"))
            {
                html.Leaf("th", $"{heat.RowTitle} ↓  {heat.ColumnTitle} →", ("scope", "col"), ("class", "corner"));
                foreach (string column in heat.Columns) using (html.Open("th", ("scope", "col"))) html.Leaf("span", column);
            }

            using (html.Open("tbody"))
            {
                for (int row = 0; row < heat.Values.Count; row++)
                {
                    double sum = heat.Values[row].Where(double.IsFinite).Sum();
                    using (html.Open("tr"))
                    {
                        html.Leaf("th", heat.Rows[row], ("scope", "row"));
                        foreach (double value in heat.Values[row])
                        {
                            double share = !double.IsFinite(value) ? 0 : heat.AreCounts ? (sum > 0 ? value / sum : 0) : Math.Max(0, value / max);
                            html.Leaf("td", Text(heat, value), ("class", $"h{Level(share)}"));
                        }
                    }
                }
            }
        }
    }

    private static string Text(HeatMap heat, double value) => !double.IsFinite(value) ? "–" : heat.AreCounts ? value == 0 ? "·" : Figures.Count((long)value)
        : value < 0.005 ? "·" : value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Draws each level as one path, with a rectangle for each run of equal cells.</summary>
    private static void Dense(HtmlWriter html, HeatMap heat, string title)
    {
        int rows = heat.Values.Count, columns = heat.Values[0].Length;
        double[] finite = [.. heat.Values.SelectMany(row => row).Where(double.IsFinite).Order()];
        // The highest and the lowest hundredth do not affect the scale.
        double low = finite.Length == 0 ? 0 : finite[finite.Length / 100], high = finite.Length == 0 ? 1 : finite[finite.Length - 1 - (finite.Length / 100)];
        StringBuilder[] paths = [.. Enumerable.Range(0, Levels).Select(_ => new StringBuilder())];
        for (int row = 0; row < rows; row++)
        {
            for (int from = 0; from < columns;)
            {
                int level = Of(row, from), to = from + 1;
                while (to < columns && Of(row, to) == level) to++;
                if (level > 0) paths[level].Append(CultureInfo.InvariantCulture, $"M{from} {row}H{to}V{row + 1}H{from}Z");
                from = to;
            }
        }

        using (html.Open("div", ("class", "dense")))
        {
            using (html.Open("svg", ("viewBox", $"0 0 {columns} {rows}"), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", title),
                ("shape-rendering", "crispEdges")))
            {
                html.Empty("path", ("class", "h0"), ("d", $"M0 0H{columns}V{rows}H0Z"));
                for (int level = 1; level < Levels; level++) html.Empty("path", ("class", $"h{level}"), ("d", paths[level].ToString()));
                for (int column = 0; column < columns; column++)
                    if (heat.Columns[column].Length > 0) html.Empty("path", ("class", "onset"), ("d", $"M{column} 0V{rows}"));
            }

            using (html.Open("div", ("class", "onsets")))
                for (int column = 0; column < columns; column++)
                    if (heat.Columns[column].Length > 0)
                        html.Leaf("span", heat.Columns[column], ("style", $"left:{HtmlWriter.Percent((double)column / columns)}"));
        }

        int Of(int row, int column) => Level(high > low && double.IsFinite(heat.Values[row][column]) ? (heat.Values[row][column] - low) / (high - low) : 0);
    }

    private static int Level(double share) => (int)Math.Clamp(Math.Round(share * (Levels - 1)), 0, Levels - 1);
}

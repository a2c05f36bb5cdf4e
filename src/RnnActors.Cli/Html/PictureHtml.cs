using RnnActors.Data.Wording;
using RnnActors.Runs.Pictures;

namespace RnnActors.Cli.Html;

/// <summary>A picture with its title and caption.</summary>
internal static class PictureHtml
{
    /// <param name="level">The level of its heading.</param>
    public static void Write(HtmlWriter html, Picture picture, int level = 3)
    {
        using (html.Open("figure", ("class", WidthOf(picture)), ("data-picture", picture.Key)))
        {
            html.Leaf($"h{level}", picture.Title);
            if (picture.Caption is { } caption) html.Prose("figcaption", caption);
            if (picture.Chart is { } chart) ChartHtml.Write(html, chart, picture.Caption is { } text ? $"{picture.Title}. {text}" : picture.Title);
            if (picture.Heat is { } heat) HeatHtml.Write(html, heat, picture.Title);
            if (picture.Table is { } table) Table(html, table, picture.Title);
            foreach (PictureText sample in picture.Texts ?? [])
            {
                html.Leaf("p", sample.Title, ("class", "sampled"));
                html.Leaf("pre", sample.Text, ("tabindex", "0"), ("aria-label", $"Sample of text, {sample.Title}"));
            }
        }
    }

    /// <summary>The share of the page's width that a picture needs.</summary>
    private static string WidthOf(Picture picture) => picture switch
    {
        { Key: "residuals" or "residual_distribution" or "scatter" } => "third",
        { Key: "confusions" } => "half",
        { Chart: not null, Key: not ("forecast" or "forecast_end" or "loss") } or { Heat: { IsDense: false, Columns.Count: <= 7 } } => "half",
        _ => "wide",
    };

    public static void Table(HtmlWriter html, PictureTable table, string title)
    {
        using (html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", title)))
        using (html.Open("table"))
        {
            using (html.Open("thead"))
            using (html.Open("tr"))
                for (int column = 0; column < table.Header.Count; column++) html.Leaf("th", table.Header[column], ("scope", "col"), ("class", Side(column)));
            using (html.Open("tbody"))
            {
                foreach (IReadOnlyList<string> row in table.Rows)
                    using (html.Open("tr"))
                        for (int column = 0; column < row.Count; column++) html.Leaf("td", row[column].Length > 0 ? row[column] : "–", ("class", Side(column)));
            }
        }

        if (table.LeftOut > 0) html.Leaf("p", $"{Figures.Count(table.LeftOut)} more are not shown.", ("class", "quiet"));
        string? Side(int column) => table.LeftAligned.Contains(column) ? "text" : null;
    }
}

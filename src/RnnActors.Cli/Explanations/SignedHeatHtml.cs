using System.Globalization;
using RnnActors.Cli.Html;
using RnnActors.Cli.Plots;
using RnnActors.Data.Wording;

namespace RnnActors.Cli.Explanations;

/// <summary>Signed values on a page: over time as colours and stripes, or over the words of a text. Zero has no colour.</summary>
internal static class SignedHeatHtml
{
    private const int MinHeight = 40, RowHeight = 16, MaxHeight = 420, MaxRowNames = 24;

    /// <summary>The total letters of columns' names, at the length of the longest, that fit on a phone.</summary>
    private const int MaxLetters = 40;

    /// <summary>Wider maps take the full width of the page.</summary>
    private const int MaxColumnsOfHalf = 64;

    /// <summary>The maximum opacity, so that words on the colours stay legible in light and dark mode.</summary>
    private const double MaxOpaque = 0.6;

    /// <param name="caption">What the picture shows; null if the title says enough.</param>
    /// <param name="isWide">Whether it always takes the full width of the page.</param>
    public static void Write(HtmlWriter html, SignedHeatmap map, string? caption, bool isWide)
    {
        int rows = map.Rows.Count, height = Math.Clamp(rows * RowHeight, MinHeight, MaxHeight), every = (rows + MaxRowNames - 1) / MaxRowNames;
        using (html.Open("figure", ("class", isWide || map.Columns.Count > MaxColumnsOfHalf ? "wide" : "half")))
        {
            html.Leaf("h3", map.Title);
            if (caption is not null) html.Leaf("figcaption", caption);
            using (html.Open("div", ("class", "signed")))
            {
                const int MaxNameLetters = 24;
                int letters = Math.Min(MaxNameLetters, map.Rows.Max(name => name.Length));
                using (html.Open("div", ("class", "rows"), ("aria-hidden", "true"), ("style", FormattableString.Invariant($"width:{letters + 1}ch"))))
                {
                    for (int row = 0; row < rows; row += every)
                        html.Leaf("span", map.Rows[row], ("style", $"top:{HtmlWriter.Percent((row + 0.5) / rows)}"), ("title", map.Rows[row]));
                }

                html.Empty("img", ("src", PixelImage.Of(map, height)), ("alt", $"Heat map: {map.Title}, {rows} rows over {map.Columns.Count} steps"),
                    ("style", FormattableString.Invariant($"height:{height}px")));
                Columns(html, map.Columns);
            }

            Range(html, map);
        }
    }

    /// <summary>The words of a text, coloured by their attributions.</summary>
    /// <param name="isJoined">Whether there are no spaces between them.</param>
    public static void WriteText(HtmlWriter html, IReadOnlyList<string> words, IReadOnlyList<double> values, bool isJoined)
    {
        double max = Math.Max(1e-12, values.Max(Math.Abs));
        using (html.Open("p", ("class", "passage")))
        {
            for (int i = 0; i < words.Count; i++)
            {
                string opaque = (MaxOpaque * Math.Abs(values[i]) / max).ToString("0.##", CultureInfo.InvariantCulture);
                html.Leaf("span", words[i], ("class", opaque == "0" ? null : values[i] > 0 ? "up" : "down"), ("style", $"--a:{opaque}"),
                    ("title", ExplanationLists.Signed(values[i])));
                if (!isJoined) html.Text(" ");
            }
        }
    }

    private static void Columns(HtmlWriter html, IReadOnlyList<string> names)
    {
        bool areAll = names.Count * (names.Max(name => name.Length) + 1) <= MaxLetters;
        int[] shown = areAll ? [.. Enumerable.Range(0, names.Count)] : [.. new SortedSet<int> { 0, names.Count / 2, names.Count - 1 }];
        using (html.Open("div", ("class", areAll ? "columns all" : "columns"), ("aria-hidden", "true")))
            foreach (int i in shown) html.Leaf("span", names[i]);
    }

    /// <summary>Writes the values at the ends of the colour scale.</summary>
    private static void Range(HtmlWriter html, SignedHeatmap map)
    {
        bool isSigned = map.Values.Cast<double>().Any(value => value < 0);
        using (html.Open("p", ("class", isSigned ? "range" : "range up")))
        {
            html.Leaf("span", isSigned ? $"−{Figures.Number(PixelImage.RangeOf(map))}" : "0");
            html.Leaf("i", "", ("aria-hidden", "true"));
            html.Leaf("span", Figures.Number(PixelImage.RangeOf(map)));
        }
    }
}

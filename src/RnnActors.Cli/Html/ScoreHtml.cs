using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Html;

/// <summary>Metrics beside those of the baselines; the best of each column is highlighted.</summary>
internal static class ScoreHtml
{
    /// <summary>Wider tables take the full width of the page.</summary>
    private const int MaxColumnsOfHalf = 4;

    public static void Write(HtmlWriter html, StoryScore score)
    {
        html.Leaf("p", $"Measured on {score.Rows}, which were not trained on.");
        Table(html, "Network and baselines", score.Columns, score.Lines, isContest: score.Lines.Count > 1);
        if (score.Lines.Count > 1) html.Leaf("p",
            "★ is the best of its column. Baselines are simple answers to the same question, fitted on the same training rows.", ("class", "quiet"));
        if (score.Intervals.Count == 0) return;
        html.Prose("p", $"Intervals: {string.Join(", ", score.Intervals.Select(Text))}."
            + (score.Intervals.All(interval => interval.IsReached) ? "" : " There are too few validation rows to tell how wide they must be."));
    }

    public static void WriteGroup(HtmlWriter html, StoryGroup group)
    {
        if (group.Lines.Count == 0) return;
        using (html.Open("figure", ("class", group.Columns.Count <= MaxColumnsOfHalf ? "half" : "wide"), ("data-picture", $"group_{group.Key}")))
        {
            html.Leaf("h3", group.Lines.Count < group.Count ? $"{group.Title}: the worst {group.Lines.Count} of {Figures.Count(group.Count)}" : group.Title);
            Table(html, group.Title, group.Columns, group.Lines, isContest: false);
            if (group.Lines.Count < group.Count) html.Leaf("p",
                $"{Figures.Count(group.Count - group.Lines.Count)} more are in the JSON lines of rnnactors evaluate --json.", ("class", "quiet"));
        }
    }

    private static string Text(IntervalScore interval) =>
        $"{Percent(interval.Level)} % hold {Percent(interval.Coverage)} % of the values, {Figures.Number(interval.Width)} wide on average";

    private static string Percent(double share) => Figures.Number(Math.Round(100 * share, 1));

    private static void Table(HtmlWriter html, string title, IReadOnlyList<StoryMetric> columns, IReadOnlyList<StoryLine> lines, bool isContest)
    {
        using (html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", title)))
        using (html.Open("table", ("class", isContest ? "contest" : null)))
        {
            using (html.Open("thead"))
            using (html.Open("tr"))
            {
                html.Leaf("th", "", ("class", "text"));
                foreach (StoryMetric column in columns)
                    html.Leaf("th", column.Title, ("scope", "col"), ("title", column.IsHigherBetter ? "higher is better" : "lower is better"));
            }

            using (html.Open("tbody"))
            {
                for (int i = 0; i < lines.Count; i++)
                {
                    using (html.Open("tr", ("class", isContest && i == 0 ? "own" : null)))
                    {
                        html.Leaf("th", lines[i].Name, ("scope", "row"), ("class", "text"));
                        for (int column = 0; column < columns.Count; column++) Cell(html, columns[column],
                            [.. lines.Select(line => column < line.Values.Length ? line.Values[column] : double.NaN)], i, isContest);
                    }
                }
            }
        }
    }

    private static void Cell(HtmlWriter html, StoryMetric metric, double[] values, int at, bool isContest)
    {
        if (!double.IsFinite(values[at]))
        {
            html.Leaf("td", "–");
            return;
        }

        double[] known = Array.FindAll(values, double.IsFinite);
        bool isBest = isContest && known.Length > 1 && known.All(other => metric.IsHigherBetter ? other <= values[at] : other >= values[at]);
        using (html.Open("td", ("class", isBest ? "best" : null)))
        {
            html.Text(Figures.Number(values[at]));
            if (isBest) html.Leaf("span", "★", ("class", "star"));
        }
    }
}

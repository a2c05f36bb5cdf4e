using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Stories;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>Metrics beside those of the baselines on the same rows; the best value of each is marked.</summary>
internal static class ScoreTable
{
    /// <summary>The width from which a terminal has room for how a baseline was made.</summary>
    private const int WideEnough = 100;

    /// <summary>Targets have a table of their own with all metrics.</summary>
    private const string TargetsKey = "targets";

    /// <summary>The maximum number of columns; wider matrices would break lines, and are shown as pictures only.</summary>
    private const int MaxColumns = 12;

    /// <param name="told">The verdict with what the losses show; null if a network is measured without them.</param>
    public static void Write(IAnsiConsole console, Score score, Verdict? told = null)
    {
        console.MarkupLine($"[bold]On the {Markup.Escape(score.Rows)}[/]");
        NamedMetrics[] rows = [new("model", $"this {score.Network}", score.Metrics), .. score.Baselines];
        bool isNarrow = console.Profile.Width < WideEnough;
        if (isNarrow) rows = [.. rows.Select(row => row with { Name = Short(row.Name) })];
        console.Write(Table(score, rows, isContest: rows.Length > 1));
        if (rows.Length > 1) console.MarkupLine("  * the best of its column");
        if (score is { IsBeaten: true, BestBaseline: { } best })
        {
            string name = isNarrow ? Short(best.Name) : best.Name;
            string verdict = IsNear(score, best)
                ? $"The {name} does slightly better on these rows."
                : $"The network does worse than the {name} on these rows, so it is of no use yet.";
            string advice = told is { Advice: { Count: > 0 } own } ? string.Join(' ', own) : score.Advice ?? "";
            console.MarkupLine($"  [yellow]{Markup.Escape($"{verdict} {advice}".TrimEnd())}[/]");
        }

        if (score.Breakdown.Count > 0) console.Write(Table(score, score.Breakdown, isContest: false));
        foreach (var group in score.Groups.Where(group => group.Key != TargetsKey)) WriteGroup(console, score, group);
        if (score.Intervals.Count > 0)
        {
            var intervals = score.Intervals.Select(interval => $"{Percent(interval.Level)} % hold {Percent(interval.Coverage)} % of the values");
            console.WriteLine($"  Intervals: {string.Join(", ", intervals)}."
                + (score.Intervals.All(interval => interval.IsReached) ? "" : " There are too few validation rows to tell how wide they must be."));
        }
        if (score.Heatmap is { AreCounts: true } counts && counts.Columns.Count <= MaxColumns) console.Write(Table(counts));
        if (score.Examples is { } examples)
        {
            console.MarkupLine($"[bold]{Markup.Escape(examples.Title)}[/]");
            console.Write(SummaryTables.Of(examples.Table));
        }

        if (score.Standardised is { } standardised)
        {
            console.WriteLine(
                "  In standard deviations of the training rows: "
                    + string.Join(", ", standardised.Select(metric => $"{score.Column(metric.Key).Title} {Figures.Number(metric.Value)}")));
        }
    }

    private static string Short(string name) => name.Split(" (")[0];

    /// <summary>Whether a baseline's deciding metric is better by so little that other rows may decide otherwise.</summary>
    private static bool IsNear(Score score, NamedMetrics best)
    {
        const double Little = 0.05;
        double own = score.Metrics[score.DecidingMetric!], other = best.Metrics[score.DecidingMetric!];
        return Math.Abs(own - other) <= Little * Math.Abs(other);
    }

    private static string Percent(double share) => Figures.Number(Math.Round(100 * share, 1));

    /// <summary>The deciding metric of each part of the rows, beside the best baseline's.</summary>
    private static void WriteGroup(IAnsiConsole console, Score score, ScoreGroup group)
    {
        string metric = score.DecidingMetric ?? score.Columns[0].Key;
        console.MarkupLine($"[bold]{Markup.Escape(group.Title)}[/] ({Markup.Escape(score.Column(metric).Title)})");
        IReadOnlyList<int> shown = group.Shown ?? [.. Enumerable.Range(0, group.Parts.Count)];
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("").PadLeft(2));
        table.AddColumn(new TableColumn($"[grey]{Markup.Escape(score.Network)}[/]").RightAligned().PadLeft(2));
        if (group.Baseline is not null) table.AddColumn(new TableColumn($"[grey]{Markup.Escape(Short(group.Baseline))}[/]").RightAligned().PadLeft(2));
        foreach (int i in shown)
        {
            string own = group.Parts[i].Metrics.TryGet(metric, out double value) ? Figures.Number(value) : "–";
            if (group.BaselineParts is { } rivals) table.AddRow(Markup.Escape(group.Parts[i].Name), own, Figures.Number(rivals[i]));
            else table.AddRow(Markup.Escape(group.Parts[i].Name), own);
        }

        console.Write(table);
        if (shown.Count < group.Parts.Count) console.MarkupLine($"  [grey]{Figures.Count(group.Parts.Count - shown.Count)} more in --json[/]");
    }

    private static Table Table(Score score, IReadOnlyList<NamedMetrics> rows, bool isContest)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("").PadLeft(2));
        string[] names = [.. rows[0].Metrics.Select(metric => metric.Key).Where(name => !score.Column(name).IsDetail)];
        foreach (string name in names) table.AddColumn(new TableColumn($"[grey]{Markup.Escape(score.Column(name).Title)}[/]").RightAligned().PadLeft(2));
        foreach (var row in rows) table.AddRow([Markup.Escape(row.Name), .. names.Select(name => Cell(score, rows, row, name, isContest))]);
        return table;
    }

    /// <summary>A confusion matrix, with its diagonal highlighted.</summary>
    private static Table Table(Heatmap counts)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn($"[grey]{Markup.Escape($"{counts.RowTitle} ↓ {counts.ColumnTitle} →")}[/]").PadLeft(2));
        foreach (string name in counts.Columns) table.AddColumn(new TableColumn($"[grey]{Markup.Escape(name)}[/]").RightAligned().PadLeft(2));
        for (int row = 0; row < counts.Rows.Count; row++)
        {
            table.AddRow([Markup.Escape(counts.Rows[row]), .. Enumerable.Range(0, counts.Columns.Count).Select(column => CountCell(counts, row, column))]);
        }

        return table;
    }

    private static string CountCell(Heatmap counts, int row, int column)
    {
        string text = Figures.Count((long)counts.Values[row, column]);
        return row == column ? $"[bold green]{text}[/]" : counts.Values[row, column] == 0 ? $"[grey]{text}[/]" : text;
    }

    private static string Cell(Score score, IReadOnlyList<NamedMetrics> rows, NamedMetrics row, string name, bool isContest)
    {
        if (!row.Metrics.TryGet(name, out double own)) return isContest ? "– " : "–"; // such a baseline has no such metric
        string value = Figures.Number(own);
        double[] values = [.. rows.Where(other => other.Metrics.TryGet(name, out _)).Select(other => other.Metrics[name])];
        bool isBest = isContest && values.Length > 1 && Array.TrueForAll(values, other => !score.IsBetter(name, other, own)); // one value alone is not the best
        return isBest ? $"[bold green]{value}*[/]" : isContest ? $"{value} " : value;
    }
}

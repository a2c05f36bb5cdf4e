using RnnActors.Cli.Display;
using RnnActors.Core.Metrics;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>Metrics beside those of the simple forecasts on the same rows; the best value of each is marked.</summary>
internal static class ScoreTable
{
    /// <summary>Narrower terminals have no room for how a simple forecast was made.</summary>
    private const int WideEnough = 100;

    public static void Write(IAnsiConsole console, Score score)
    {
        console.MarkupLine($"[bold]On the {Markup.Escape(score.Rows)}[/]");
        NamedMetrics[] rows = [new("model", $"this {score.Model}", score.Metrics), .. score.Baselines];
        if (console.Profile.Width < WideEnough) rows = [.. rows.Select(row => row with { Name = row.Name.Split(" (")[0] })];
        console.Write(Table(rows, isContest: rows.Length > 1));
        if (rows.Length > 1) console.MarkupLine("  * the best of its column");
        if (Warn(rows) is { } warning) console.MarkupLine($"  [yellow]{Markup.Escape(warning)}[/]");
        if (score.Targets.Count > 0) console.Write(Table(score.Targets, isContest: false));
        if (score.Standardised is { } standardised)
        {
            console.WriteLine(
                "  In standard deviations of the training rows: " + string.Join(", ", standardised.Select(metric => $"{Title(metric.Key)} {Figures.Number(metric.Value)}")));
        }
    }

    /// <summary>Says so where a simple forecast does better than the network; null where none does.</summary>
    private static string? Warn(NamedMetrics[] rows)
    {
        const string By = MetricNames.RootMeanSquaredError;
        if (rows.Length < 2 || !rows[0].Metrics.TryGet(By, out double own)) return null;
        var best = rows.Skip(1).MinBy(row => row.Metrics[By])!;
        return best.Metrics[By] < own
            ? $"The network does worse than the {best.Name} on these rows, so it is of no use yet. Try data.relativeTo=last, fewer epochs, dropout, or another window."
            : null;
    }

    private static Table Table(IReadOnlyList<NamedMetrics> rows, bool isContest)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("").PadLeft(2));
        string[] names = [.. rows[0].Metrics.Select(metric => metric.Key)];
        foreach (string name in names) table.AddColumn(new TableColumn($"[grey]{Title(name)}[/]").RightAligned().PadLeft(2));
        foreach (var row in rows) table.AddRow([Markup.Escape(row.Name), .. names.Select(name => Cell(rows, row, name, isContest))]);
        return table;
    }

    private static string Cell(IReadOnlyList<NamedMetrics> rows, NamedMetrics row, string name, bool isContest)
    {
        string value = Figures.Number(row.Metrics[name]);
        bool isBest = isContest && rows.All(other => !IsBetter(name, other.Metrics[name], row.Metrics[name]));
        return isBest ? $"[bold green]{value}*[/]" : isContest ? $"{value} " : value;
    }

    private static bool IsBetter(string name, double a, double b) => name is MetricNames.R2 or MetricNames.Accuracy ? a > b : a < b;

    private static string Title(string name) => name switch
    {
        MetricNames.R2 => "R²",
        MetricNames.SymmetricMeanAbsolutePercentageError => "sMAPE %",
        MetricNames.BitsPerCharacter => "bits/character",
        MetricNames.MeanSquaredError or MetricNames.RootMeanSquaredError or MetricNames.MeanAbsoluteError => name.ToUpperInvariant(),
        _ => name,
    };
}

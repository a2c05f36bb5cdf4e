using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Series;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Detects from a table how it is best forecast: its target, season, calendar, and whether it wanders.</summary>
internal static class ForecastDetection
{
    /// <summary>The maximum length to which a season may extend the window.</summary>
    private const int MaxWindow = 336;

    /// <summary>The maximum number of series that are examined; the majority decides.</summary>
    private const int MaxSeries = 20;

    /// <summary>The maximum number of rows of each: the last training rows.</summary>
    private const int MaxRows = 5_000;

    /// <summary>The share of rows that is examined; later ones are for tests.</summary>
    private const double TrainingShare = 0.7;

    /// <exception cref="InvalidInputException">The file cannot be read, or does not determine what is to be forecast.</exception>
    public static ForecastDataSpec Complete(ForecastDataSpec data, string path, IReadOnlySet<string> given)
    {
        data = data with { Path = path };
        ForecastSpecCheck.CheckLayout(given.Contains("targets") ? data : data with { Targets = [] });
        Table table = ForecastFile.Read(data, path);
        if (!given.Contains("targets"))
            data = data with { Targets = data.Layout == SeriesLayout.Long ? [OnlyColumn(table, data)] : [SeriesLayouts.AllColumns] };
        Panel panel = PanelBuilder.Build(data, table);
        double[][] series = [.. Examined(panel)];
        int? season = data.Season
            ?? (given.Contains("season") ? null : Max(series.Select(values => Seasonality.Find(values, Candidates(panel.Time.Step))), MaxWindow));
        bool wanders = series.Length > 0 && series.Count(values => SeriesShape.Of(WithoutSeason(values, season)).Wanders) * 2 > series.Length;
        bool isFree = !given.Contains("normalize") && !given.Contains("relativeTo") && data.Normalize == WindowNormalization.None;
        return data with
        {
            InHand = PreloadedTable.Of(table, path, ForecastFile.FormatOf(data)),
            Season = season,
            Window = given.Contains("window") ? data.Window : Math.Max(data.Window, season ?? 0),
            Normalize = isFree && (wanders || panel.Series.Count > 1) && data.RelativeTo == TargetBase.None ? WindowNormalization.Last : data.Normalize,
            Calendar = given.Contains("calendar") || panel.Dates is null ? data.Calendar : Calendar(panel.Time.Step, season),
        };
    }

    /// <summary>The targets of some series, training rows only.</summary>
    private static IEnumerable<double[]> Examined(Panel panel)
    {
        int stride = Math.Max(1, panel.Series.Count / MaxSeries);
        for (int number = 0; number < panel.Series.Count; number += stride)
        {
            SeriesRows rows = panel.Series[number];
            int end = rows.Start + (int)((rows.Known - rows.Start) * TrainingShare);
            foreach (string target in panel.Targets.Take(MaxSeries)) yield return panel.Table.Numbers(target).Values[Math.Max(rows.Start, end - MaxRows)..end];
        }
    }

    /// <summary>The values minus the mean of each place in the season: a season alone does not count as wandering.</summary>
    private static double[] WithoutSeason(double[] values, int? season)
    {
        if (season is not { } length || 2 * length > values.Length) return values;
        double[] means =
        [
            .. Enumerable.Range(0, length).Select(place =>
                values.Where((value, i) => i % length == place && double.IsFinite(value)).DefaultIfEmpty(double.NaN).Average()),
        ];
        return [.. values.Select((value, i) => value - means[i % length])];
    }

    /// <summary>The season of most series; null if most have none, or it is too long for a window.</summary>
    private static int? Max(IEnumerable<int?> seasons, int longest)
    {
        var max = seasons.GroupBy(season => season).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).FirstOrDefault();
        return max?.Key <= longest ? max?.Key : null;
    }

    /// <summary>The seasons that the calendar suggests, in rows; empty if any length may be one.</summary>
    private static int[] Candidates(TimeStep? step) => step switch
    {
        null => [],
        { Unit: TimeUnit.BusinessDays } => [5],
        { Unit: TimeUnit.Months or TimeUnit.MonthEnds, Count: var months } => 12 % months == 0 && months < 12 ? [(int)(12 / months)] : [],
        { Count: var ticks } => [.. new[] { TimeSpan.TicksPerHour, TimeSpan.TicksPerDay, 7 * TimeSpan.TicksPerDay }.Where(cycle =>
        cycle % ticks == 0 && cycle > ticks).Select(cycle => (int)Math.Min(int.MaxValue, cycle / ticks))],
    };

    /// <summary>The calendar features that express a season of these rows.</summary>
    private static CalendarFeature[] Calendar(TimeStep? step, int? season)
    {
        if (step is not { } usual || season is null) return [];
        return usual switch
        {
            { Unit: TimeUnit.BusinessDays } => [CalendarFeature.DayOfWeek],
            { Unit: TimeUnit.Months or TimeUnit.MonthEnds } => [CalendarFeature.MonthOfYear],
            { Count: < TimeSpan.TicksPerDay } => [CalendarFeature.HourOfDay, CalendarFeature.DayOfWeek],
            { Count: TimeSpan.TicksPerDay } => [CalendarFeature.DayOfWeek],
            _ => [],
        };
    }

    /// <summary>A column of texts that are numbers with a decimal comma; null for none.</summary>
    private static Column? DecimalComma(Table table)
    {
        NumberFormatInfo format = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };
        return table.Columns.FirstOrDefault(column => column.Kind == ColumnKind.Texts && Enumerable.Range(0, table.Rows).Select(column.TextOf)
            .All(text => text is null || double.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, format, out _)));
    }

    /// <summary>A hint for texts: one with equally many words in each line looks like a table.</summary>
    private static string OrText(string path) => Path.GetExtension(path) is ".txt" or ".log" or "" ? "; or --task language-model if it is a text" : "";

    /// <summary>The only numeric column of a table.</summary>
    private static string OnlyColumn(Table table, ForecastDataSpec data)
    {
        string[] names =
        [
            .. table.Columns.Where(column => column.Kind == ColumnKind.Numbers && !data.Series.Contains(column.Name) && !data.Known.Contains(column.Name))
                .Select(column => column.Name),
        ];
        if (names.Length == 1) return names[0];
        if (names.Length == 0 && DecimalComma(table) is { } comma)
        {
            throw new InvalidInputException(
                $"Column '{comma.Name}' holds '{comma.TextOf(0)}', which is a number with a decimal comma", "Set --culture de-DE to read it so",
                table.At(0, comma));
        }

        throw new InvalidInputException(
            names.Length == 0 ? "the table has no column of numbers" : $"the table has {names.Length} columns of numbers, and none is named to be forecast",
            names.Length == 0
                ? "Give a table with numbers"
                : $"Name it with --target: {string.Join(", ", names.Take(20))}; or --target '*' for all{OrText(table.Name)}",
            new SourceLocation(table.Name));
    }
}

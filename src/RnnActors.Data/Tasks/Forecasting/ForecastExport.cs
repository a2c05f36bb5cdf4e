using System.Globalization;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The export of a forecasting network.</summary>
internal static class ForecastExport
{
    public static WindowExport Of(Preparation preparation)
    {
        ForecastDataSpec spec = preparation.Spec;
        List<string> columns = [];
        int ColumnOf(PreparedColumn column)
        {
            string name = column.Category is { } category ? $"{column.Name}={category}" : column.Name;
            if (!columns.Contains(name)) columns.Add(name);
            return columns.IndexOf(name);
        }

        WindowFeature[] features =
        [
            .. preparation.Inputs.Select((input, i) => new WindowFeature(ColumnOf(input), ScalesOf(preparation, input.Scale, series => series.Inputs[i]))
            {
                Lag = input.Lag - input.Ahead,
                RollingMean = input.RollingMean,
                IsSeriesValue = input.IsSeriesValue,
            }),
        ];
        WindowTarget[] targets =
        [
            .. preparation.Targets.Select((target, i) => new WindowTarget(
                target.Name, ColumnOf(target), ScalesOf(preparation, target.Scale, series => series.Targets[i]),
                [.. Enumerable.Range(0, spec.Horizon).Select(step => preparation.NoiseVariances?[(i * spec.Horizon) + step] ?? 0)])),
        ];
        int back = features.Max(feature => Math.Max(Math.Max(feature.Lag, 0), feature.RollingMean - 1)), season = spec.Season ?? 1;
        return new WindowExport(columns, Math.Max(spec.Window + back, spec.RelativeTo == TargetBase.Seasonal ? season : 0), spec.Window, spec.Horizon)
        {
            Features = features,
            Targets = targets,
            Known = [.. features.Where(feature => feature.Lag < 0).Select(feature => feature.Column).Distinct()],
            Calendar = [.. spec.Calendar.Select(feature => Enum.Parse<ExportedCalendar>(feature.ToString()))],
            Function = Enum.Parse<ExportedFunction>(spec.Transform.ToString()),
            Normalization = Enum.Parse<ExportedNormalization>(spec.Normalize.ToString()),
            MinVariance = WindowScale.Min,
            RelativeTo = Enum.Parse<ExportedBase>(spec.RelativeTo.ToString()),
            Season = season,
            Embedded =
            [
                .. (preparation.Embedded ?? []).Select(column => new EmbeddedInput(column.Name, [EmbeddedColumn.Unknown, .. column.Categories])
                {
                    Ahead = [.. TokenInput.Of(column, spec).Select(input => input.Ahead).Where(ahead => ahead > 0)],
                }),
            ],
            Series = [.. preparation.Series?.Select(series => series.Name) ?? []],
            Metadata = new Dictionary<string, string>
            {
                ["window"] = spec.Window.ToString(CultureInfo.InvariantCulture),
                ["horizon"] = spec.Horizon.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private static IReadOnlyList<ExportedScale> ScalesOf(Preparation preparation, LinearScale common, Func<PreparedSeries, LinearScale> own) =>
        [.. (preparation.Series ?? []).Select(own).Append(common).Select(scale => new ExportedScale(scale.Offset, scale.Spread))];
}

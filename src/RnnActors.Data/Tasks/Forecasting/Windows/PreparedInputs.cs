using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Fills, transforms and scales a network's inputs, one at a time.</summary>
internal static class PreparedInputs
{
    /// <summary>Computes one input for all rows.</summary>
    public static void Read(Panel panel, Preparation preparation, int input, float[] inputs, bool[]? interpolated, Dictionary<string, bool[]?> filled)
    {
        PreparedColumn prepared = preparation.Inputs[input];
        Column column = prepared.Category is null ? panel.Table.Numbers(prepared.Name) : panel.Table.Find(prepared.Name);
        int width = PreparedPanel.InputWidthOf(preparation);
        FilledColumn values = ValuesOf(panel, preparation, input, column);
        filled.TryAdd(prepared.Name, values.IsFilled);
        for (int number = 0; number < panel.Series.Count; number++)
        {
            SeriesRows series = panel.Series[number];
            LinearScale scale = preparation.Find(series.Name)?.Inputs[input] ?? prepared.Scale;
            double sum = 0;
            int summed = 0;
            for (int row = series.Start; row < series.End; row++)
            {
                double value;
                if (prepared.RollingMean > 0)
                {
                    sum += values.Values[row];
                    if (++summed > prepared.RollingMean) sum -= values.Values[row - prepared.RollingMean];
                    value = sum / Math.Min(summed, prepared.RollingMean);
                }
                else
                {
                    // Before the first row, the first value is used; after the last row nothing is known, and no window reads there.
                    value = row + prepared.Ahead >= series.End ? scale.Offset : values.Values[Math.Max(series.Start, row - prepared.Lag) + prepared.Ahead];
                }

                float scaled = (float)scale.Apply(value);
                if (!float.IsFinite(scaled)) throw TooFar(panel.Table, row, column);
                inputs[(row * width) + input] = scaled;
                if (interpolated is not null && prepared is { Ahead: 0, Lag: 0 }) interpolated[(row * width) + input] = values.IsFilled?[row] ?? false;
            }
        }
    }

    private static FilledColumn ValuesOf(Panel panel, Preparation preparation, int input, Column column)
    {
        PreparedColumn prepared = preparation.Inputs[input];
        if (prepared.Category is { } category)
            return new([.. Enumerable.Range(0, panel.Rows).Select(row => column.TextOf(row) == category ? 1.0 : 0.0)], null);
        ForecastDataSpec spec = preparation.Spec;
        bool isKnown = panel.Known.Contains(prepared.Name);
        bool isOfTarget = prepared.Lag > 0 || prepared.RollingMean > 0;
        FilledColumn filled = FilledColumn.Fill(
            panel, column, isOfTarget ? MissingRule.Previous : spec.Missing,
            number => preparation.Find(panel.Series[number].Name)?.InputMeans[input] ?? prepared.Mean,
            series => isKnown ? series.End : series.Known);
        ValueTransform transform = spec.TransformOf(prepared.Name, prepared.IsSeriesValue);
        return transform == ValueTransform.None ? filled : filled with { Values = ValueTransforms.Apply(transform, filled.Values, panel.Table, column) };
    }

    public static InvalidInputException TooFar(Table table, int row, Column column) => new(
        FormattableString.Invariant($"The value {column.Values[row]} in column '{column.Name}' is too far from the training rows to be scaled"),
        "Correct it",
        table.At(row, column));
}

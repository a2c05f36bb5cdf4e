using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A column of a panel without gaps, and which of its values were filled in.</summary>
/// <param name="Values">(rows).</param>
/// <param name="IsFilled">(rows); null if none was filled in.</param>
internal sealed record FilledColumn(double[] Values, bool[]? IsFilled)
{
    /// <summary>Fills each series separately, only from its own past.</summary>
    /// <param name="means">The mean of each series' training rows: used before the first value, and everywhere for <see cref="MissingRule.Mean"/>.</param>
    /// <param name="until">The row of a series from which on values are not needed: its end, or the end of what is known.</param>
    /// <exception cref="InvalidInputException">The rule is to refuse, and a value is missing.</exception>
    public static FilledColumn Fill(Panel panel, Column column, MissingRule rule, Func<int, double> means, Func<SeriesRows, int> until)
    {
        if (!column.Values.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue)) return new(column.Values, null);
        double[] values = [.. column.Values];
        bool[] isFilled = new bool[values.Length];
        for (int number = 0; number < panel.Series.Count; number++)
        {
            SeriesRows series = panel.Series[number];
            int end = until(series);
            double mean = means(number), before = mean;
            for (int row = series.Start; row < series.End; row++)
            {
                if (double.IsFinite(values[row]))
                {
                    before = values[row];
                    continue;
                }

                if (rule == MissingRule.Refuse && row < end)
                {
                    throw new InvalidInputException(
                        $"A value is missing in column '{column.Name}'",
                        "Give it, or set data.missing to previous, linear or mean to have such inputs filled in",
                        panel.Table.At(row, column));
                }

                isFilled[row] = true;
                values[row] = rule == MissingRule.Mean ? mean : before;
            }

            if (rule == MissingRule.Linear) Interpolate(values, isFilled, series);
        }

        return new(values, isFilled);
    }

    /// <summary>Interpolates linearly between known neighbours. With none on one side, the value stays as it is.</summary>
    private static void Interpolate(double[] values, bool[] isFilled, SeriesRows series)
    {
        int last = -1;
        for (int row = series.Start; row < series.End; row++)
        {
            if (isFilled[row]) continue;
            for (int i = last + 1; last >= 0 && i < row; i++) values[i] = values[last] + ((values[row] - values[last]) * (i - last) / (row - last));
            last = row;
        }
    }
}

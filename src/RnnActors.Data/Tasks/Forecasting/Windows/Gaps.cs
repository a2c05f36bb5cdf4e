using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Fills missing values by a rule.</summary>
internal static class Gaps
{
    /// <summary>A copy of the column's values without a gap.</summary>
    /// <param name="mean">The mean of the training rows, for <see cref="MissingRule.Mean"/>.</param>
    /// <exception cref="InvalidInputException">The rule is to refuse, and a value is missing.</exception>
    public static double[] Fill(Table table, Column column, MissingRule rule, double mean)
    {
        double[] values = [.. column.Values];
        int gap = Array.FindIndex(values, double.IsNaN);
        if (gap < 0) return values;
        if (rule == MissingRule.Refuse)
        {
            throw new InvalidInputException(
                $"A value is missing in column '{column.Name}'",
                "Give it, or set data.missing to previous, linear or mean to have such values filled in",
                table.At(gap, column));
        }

        while (gap >= 0)
        {
            int end = Array.FindIndex(values, gap, double.IsFinite);
            if (end < 0) end = values.Length;
            double before = gap > 0 ? values[gap - 1] : values[end];
            double after = end < values.Length ? values[end] : before;
            for (int i = gap; i < end; i++)
            {
                values[i] = rule switch
                {
                    MissingRule.Mean => mean,
                    MissingRule.Linear => before + ((after - before) * (i - gap + 1) / (end - gap + 1)),
                    _ => before,
                };
            }

            gap = Array.FindIndex(values, end, double.IsNaN);
        }

        return values;
    }

    /// <summary>The mean of the values that are there.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        int count = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value)) continue;
            sum += value;
            count++;
        }

        return count == 0 ? 0 : sum / count;
    }
}

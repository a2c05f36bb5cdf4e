using RnnActors.Core.Problems;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Fits a <see cref="Preparation"/> to the training rows of a table; no other row has a part in it.</summary>
internal static class PreparationFitter
{
    private const string AllColumns = "*";

    /// <exception cref="InvalidInputException">A column is missing or cannot be used.</exception>
    public static Preparation Fit(Table table, ForecastDataSpec spec, RowRange train)
    {
        string[] inputs = [.. spec.Inputs.SelectMany(name => name == AllColumns ? AllNumbers(table) : [name])];
        if (inputs.Length == 0) throw new InvalidInputException("data.inputs names no column", "Name one, or * for all columns of numbers", new(table.Name));
        if (spec.Targets.Count == 0)
        {
            throw new InvalidInputException(
                "data.targets names no column", $"Name one of {string.Join(", ", AllNumbers(table).Take(20))}", new(table.Name));
        }

        RefuseRepeated("data.inputs", inputs);
        RefuseRepeated("data.targets", spec.Targets);
        return new()
        {
            Spec = spec,
            Inputs = [.. inputs.Select(name => Prepare(table, spec, name, train, isTarget: false))],
            Targets = [.. spec.Targets.Select(name => Prepare(table, spec, name, train, isTarget: true))],
        };
    }

    private static IEnumerable<string> AllNumbers(Table table) => table.Columns.Where(column => column.IsNumeric).Select(column => column.Name);

    private static void RefuseRepeated(string key, IReadOnlyList<string> names)
    {
        string? repeated = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (repeated is not null) throw new InvalidInputException($"{key} names column '{repeated}' twice", "Name each column once");
    }

    private static PreparedColumn Prepare(Table table, ForecastDataSpec spec, string name, RowRange train, bool isTarget)
    {
        Column column = table.Numbers(name);
        ReadOnlySpan<double> known = column.Values.AsSpan(train.Start, train.Count);
        double mean = Gaps.Mean(known);
        double[] filled = Gaps.Fill(table, column, spec.Missing, mean);
        ReadOnlySpan<double> trainingRows = filled.AsSpan(train.Start, train.Count);
        double[] transformed = ValueTransforms.Apply(spec.Transform, filled, table, column);

        bool isDifference = isTarget && spec.RelativeTo != TargetBase.None;
        LinearScale scale = LinearScale.Fit(spec.Scale, isDifference ? Differences(transformed, spec, train) : transformed.AsSpan(train.Start, train.Count));
        double deviation = LinearScale.Fit(Scaling.Standard, trainingRows).Spread;
        if (!double.IsFinite(mean) || !double.IsFinite(deviation) || !double.IsFinite(scale.Offset) || !double.IsFinite(scale.Spread))
            throw new InvalidInputException($"The values of column '{name}' are too large to be scaled", "Give them in another unit", new(table.Name));
        return new(name, mean, deviation, scale);
    }

    /// <summary>The target less its base, for every step of every training window.</summary>
    private static double[] Differences(ReadOnlySpan<double> values, ForecastDataSpec spec, RowRange train)
    {
        WindowShape shape = new(spec.Window, spec.Horizon, spec.RelativeTo, spec.Season ?? 1);
        List<double> differences = [];
        for (int origin = train.Start + shape.Reach; origin + spec.Horizon <= train.End; origin++)
            for (int step = 0; step < spec.Horizon; step++) differences.Add(values[origin + step] - values[shape.BaseRow(origin, step)]);
        return [.. differences];
    }
}

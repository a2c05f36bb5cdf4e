using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Fits a <see cref="Preparation"/> to the training rows of a panel; no other rows influence it.</summary>
internal sealed class PreparationFitter
{
    /// <summary>The maximum number of categories in a column; more would identify rows, not kinds of rows.</summary>
    private const int MaxCategories = 64;

    private readonly Panel _panel;
    private readonly ForecastDataSpec _spec;
    private readonly IReadOnlyList<RowRange> _train;
    private readonly bool _hasSeries;

    private PreparationFitter(Panel panel, ForecastDataSpec spec, IReadOnlyList<RowRange> train)
    {
        (_panel, _spec, _train) = (panel, spec, train);
        _hasSeries = spec.Series.Count > 0 || spec.Layout != SeriesLayout.Long;
    }

    /// <param name="train">Training rows of each series.</param>
    /// <exception cref="InvalidInputException">A column is missing or cannot be used.</exception>
    public static Preparation Fit(Panel panel, ForecastDataSpec spec, IReadOnlyList<RowRange> train) => new PreparationFitter(panel, spec, train).Fit();

    private Preparation Fit()
    {
        foreach (string name in _spec.Transforms?.Keys ?? []) RefuseUntransformable(name);
        List<PreparedColumn> inputs = [.. _panel.Inputs.SelectMany(Prepare)];
        foreach (string target in _panel.Targets.Where(_ => _spec.Lags.Count + _spec.RollingMeans.Count > 0))
        {
            PreparedColumn value = Fit(_panel.Table.Numbers(target), isSeriesValue: true, isTarget: false, isOfTarget: true);
            inputs.AddRange(_spec.Lags.Select(lag => value with { Lag = lag }));
            inputs.AddRange(_spec.RollingMeans.Select(rows => value with { RollingMean = rows }));
        }

        foreach (string known in _panel.Known)
        {
            PreparedColumn[] columns = [.. inputs.Where(column => column.Name == known)];
            foreach (int ahead in _spec.RowsAhead) inputs.AddRange(columns.Select(column => column with { Ahead = ahead }));
        }

        PreparedColumn[] targets = [.. _panel.Targets.Select(name => Fit(_panel.Table.Numbers(name), isSeriesValue: true, isTarget: true))];
        return new()
        {
            Spec = _spec,
            Inputs = inputs,
            Embedded = _spec.Embedded is null ? null : [.. _spec.Embedded.Select(name => EmbeddedColumn.Fit(_panel, name, _train))],
            Targets = targets,
            Series = _hasSeries ? FitSeries(inputs, targets) : null,
            Decimals = [.. _panel.Targets.Select(name => TrainingFigures.DecimalsOf(_panel.Table.Numbers(name).Values))],
        };
    }

    /// <summary>Throws for a transform of a column that is neither read nor forecast, or is not numeric.</summary>
    private void RefuseUntransformable(string name)
    {
        string[] columns = [.. _panel.Inputs.Concat(_panel.Targets).Distinct()];
        if (!columns.Contains(name)) throw UnknownName.Refuse("column", name, "data.transforms", columns, new(_panel.Table.Name));
        if (_panel.Table.Find(name).Kind != ColumnKind.Texts) return;
        throw new InvalidInputException($"data.transforms names '{name}', which is a column of texts", "Name columns of numbers alone", new(_panel.Table.Name));
    }

    private PreparedSeries[] FitSeries(IReadOnlyList<PreparedColumn> inputs, IReadOnlyList<PreparedColumn> targets)
    {
        SeriesFit[][] ins = [.. inputs.Select(column => FitEach(column, isTarget: false))],
            outs = [.. targets.Select(column => FitEach(column, isTarget: true))];
        return
        [
            .. _panel.Series.Select((series, number) => new PreparedSeries(
                series.Name, [.. ins.Select(fits => fits[number].Scale)], [.. ins.Select(fits => fits[number].Mean)],
                [.. outs.Select(fits => fits[number].Scale)], [.. outs.Select(fits => fits[number].Mean)],
                [.. outs.Select(fits => fits[number].Deviation)], [.. outs.Select(fits => fits[number].NaiveError)])),
        ];
    }

    private IEnumerable<PreparedColumn> Prepare(string name)
    {
        Column column = _panel.Table.Find(name);
        if (column.Kind == ColumnKind.Texts) return Categories(column);
        return [Fit(_panel.Table.Numbers(name), IsSeriesValue(column), isTarget: false)];
    }

    private IEnumerable<PreparedColumn> Categories(Column column)
    {
        string[] values = [.. _train.SelectMany(range => Enumerable.Range(range.Start, range.Count)).Select(column.TextOf).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal)];
        if (values.Length is 0 or > MaxCategories)
        {
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                $"Column '{column.Name}' has {values.Length:N0} different texts, and a column of categories may have 1 to {MaxCategories}"),
                "Leave it out of data.inputs, or put texts together", new(_panel.Table.Name));
        }

        return values.Select(value => new PreparedColumn(column.Name, 0, 1, LinearScale.Identity) { Category = value });
    }

    /// <summary>
    /// Whether a column is numeric, changes with time and is not known ahead. One that is constant within each series tells series apart, and keeps a common
    /// scale.
    /// </summary>
    private bool IsSeriesValue(Column column)
    {
        if (column.Kind != ColumnKind.Numbers || _panel.Known.Contains(column.Name)) return false;
        return !_hasSeries || _panel.Targets.Contains(column.Name) || _train.Any(range =>
            range.Count > 0 && column.Values.AsSpan(range.Start, range.Count) is var rows && rows.ContainsAnyExcept(rows[0]));
    }

    /// <param name="isOfTarget">Whether it is an input derived from a target, and so is filled as targets are.</param>
    private PreparedColumn Fit(Column column, bool isSeriesValue, bool isTarget, bool isOfTarget = false)
    {
        double mean = TrainingFigures.Mean(TrainingFigures.Rows(column.Values, _train));
        FilledColumn filled = Fill(column, isTarget || isOfTarget, _ => mean);
        double[] transformed = ValueTransforms.Apply(_spec.TransformOf(column.Name, isSeriesValue), filled.Values, _panel.Table, column);
        LinearScale scale = FitScale(transformed, _train, isSeriesValue, isTarget);
        double deviation = LinearScale.Fit(Scaling.Standard, TrainingFigures.Rows(filled.Values, _train)).Spread;
        RefuseTooLarge(column, mean, deviation, scale);
        double naive = isTarget ? TrainingFigures.NaiveError(column.Values, _train, _spec.Season ?? 1) : 0;
        return new(column.Name, mean, deviation, scale) { IsSeriesValue = isSeriesValue, NaiveError = naive };
    }

    /// <summary>Fits a column for each series separately. The column is filled once for all of them, so that the time is linear in the rows.</summary>
    private SeriesFit[] FitEach(PreparedColumn prepared, bool isTarget)
    {
        SeriesFit common = new(prepared.Scale, prepared.Mean, prepared.Deviation, prepared.NaiveError);
        SeriesFit[] fits = [.. Enumerable.Repeat(common, _panel.Series.Count)];
        if (!prepared.IsSeriesValue) return fits;
        Column column = _panel.Table.Numbers(prepared.Name);
        double[] means = [.. _train.Select(range =>
            !range.IsEmpty && column.Values.AsSpan(range.Start, range.Count).ContainsAnyInRange(double.MinValue, double.MaxValue)
            ? TrainingFigures.Mean(column.Values.AsSpan(range.Start, range.Count))
            : prepared.Mean)];
        double[] filled = Fill(column, isTarget || prepared.Lag > 0 || prepared.RollingMean > 0, number => means[number]).Values;
        double[] transformed = ValueTransforms.Apply(_spec.TransformOf(column.Name), filled, _panel.Table, column);
        for (int number = 0; number < fits.Length; number++)
        {
            RowRange[] train = [_train[number]];
            if (train[0].IsEmpty) continue;
            LinearScale scale = FitScale(transformed, train, isSeriesValue: true, isTarget);
            double deviation = LinearScale.Fit(Scaling.Standard, TrainingFigures.Rows(filled, train)).Spread;
            RefuseTooLarge(column, means[number], deviation, scale);
            fits[number] = new(scale, means[number], deviation, TrainingFigures.NaiveError(column.Values, train, _spec.Season ?? 1));
        }

        return fits;
    }

    private FilledColumn Fill(Column column, bool isOfTarget, Func<int, double> means) => FilledColumn.Fill(
        _panel, !isOfTarget && _spec.Missing == MissingRule.Linear ? OfTraining(column) : column, isOfTarget ? MissingRule.Previous : _spec.Missing, means,
        series => _panel.Known.Contains(column.Name) ? series.End : series.Known);

    /// <summary>The column without the values after the training rows, so that nothing is interpolated towards them.</summary>
    private Column OfTraining(Column column)
    {
        double[] values = [.. column.Values];
        for (int number = 0; number < _train.Count; number++)
        {
            SeriesRows series = _panel.Series[number];
            int end = Math.Max(series.Start, _train[number].End);
            values.AsSpan(end, series.End - end).Fill(double.NaN);
        }

        return new(column.Name, values);
    }

    private LinearScale FitScale(double[] transformed, IReadOnlyList<RowRange> train, bool isSeriesValue, bool isTarget)
    {
        WindowShape shape = WindowShape.Of(_spec);
        if (isSeriesValue && shape.Normalize is WindowNormalization.Last or WindowNormalization.Mean)
        {
            double[] differences = TrainingFigures.Differences(transformed, shape, train);
            double squares = differences.Sum(difference => difference * difference);
            return _spec.Scale == Scaling.None || squares == 0 ? LinearScale.Identity : new(0, Math.Sqrt(squares / differences.Length));
        }

        bool isDifference = isTarget && _spec.RelativeTo != TargetBase.None;
        return LinearScale.Fit(_spec.Scale, isDifference ? TrainingFigures.Differences(transformed, shape, train) : TrainingFigures.Rows(transformed, train));
    }

    private void RefuseTooLarge(Column column, double mean, double deviation, LinearScale scale)
    {
        if (!double.IsFinite(mean) || !double.IsFinite(deviation) || !double.IsFinite(scale.Offset) || !double.IsFinite(scale.Spread))
            throw new InvalidInputException($"The values of column '{column.Name}' are too large to be scaled", "Give them in another unit",
                new(_panel.Table.Name));
    }

    /// <summary>What was fitted to a column of one series.</summary>
    private readonly record struct SeriesFit(LinearScale Scale, double Mean, double Deviation, double NaiveError);
}

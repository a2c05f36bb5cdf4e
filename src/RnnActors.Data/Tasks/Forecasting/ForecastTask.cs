using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Series;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Baselines;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// A table cut into windows. The windows of validation and test reach back into earlier rows; what they forecast lies in their own part. Outputs of a network
/// are (rows, targets · horizon), target-major, as <see cref="WindowDataset"/> tells them.
/// </summary>
public sealed class ForecastTask : PreparedTask
{
    private readonly PreparedSeries _series;

    private ForecastTask(PreparedSeries series, WindowDataset train, WindowDataset? validation, WindowDataset? test)
    {
        (_series, Train, Validation, Test) = (series, train, validation, test);
        Next = new(series, series.Rows, 1);
        DataHash = series.Hash(train, validation, test);
        Preparation = series.Preparation.ToJson();
    }

    /// <summary>Without a row where the task was loaded to use a trained network, not to train one.</summary>
    public override WindowDataset Train { get; }

    public override WindowDataset? Validation { get; }

    public override WindowDataset? Test { get; }

    /// <summary>One window: the last rows of the file. Its targets, which nobody knows, read as 0.</summary>
    public WindowDataset Next { get; }

    public override string DataHash { get; }

    public override string Preparation { get; }

    public ForecastDataSpec Spec => _series.Preparation.Spec;

    /// <summary>The columns that the network reads, in their order, without those of the calendar.</summary>
    public IReadOnlyList<PreparedColumn> Inputs => _series.Preparation.Inputs;

    public IReadOnlyList<PreparedColumn> Targets => _series.Preparation.Targets;

    internal PreparedSeries Series => _series;

    /// <summary>Reads, checks, cuts and scales.</summary>
    /// <param name="baseDirectory">Where relative paths start.</param>
    /// <exception cref="InvalidInputException">The file or the specification cannot be used; the message says where and what to do.</exception>
    public static ForecastTask Load(ForecastDataSpec spec, string baseDirectory)
    {
        ForecastSpecCheck.Check(spec);
        return Prepare(spec, ReadTable(spec, spec.Path is null ? null : Path.Combine(baseDirectory, spec.Path)));
    }

    /// <summary>The same for a table that is in memory; <see cref="ForecastDataSpec.Path"/> and what describes a file do not matter.</summary>
    public static ForecastTask Prepare(ForecastDataSpec spec, Table table)
    {
        ForecastSpecCheck.Check(spec);
        RowSplit split = RowSplit.Resolve(spec.Split, table.Rows);
        RefuseTooFew(spec, split.Train, table);
        PreparedSeries series = PreparedSeries.Create(table, PreparationFitter.Fit(table, spec, split.Train));
        WindowDataset Training() => WindowsOf(series, "training", split.Train) ?? throw new InvalidOperationException("Too few training rows.");
        if (spec is { BackTransform: BackTransform.Mean, Transform: not ValueTransform.None })
        {
            series = PreparedSeries.Create(
                table, series.Preparation with { NoiseVariances = LinearAutoregression.ResidualVariances(series, Training()) });
        }

        return new(
            series,
            Training(),
            WindowsOf(series, "validation", split.Validation),
            WindowsOf(series, "test", split.Test));
    }

    /// <summary>
    /// Another file of the same kind for a trained network, with what was fitted to the rows that it was trained on. All its rows are <see cref="Test"/>
    /// (null where there are none behind the first window), <see cref="Train"/> is empty.
    /// </summary>
    /// <param name="preparation"><see cref="PreparedTask.Preparation"/> of the task that the network was trained with.</param>
    /// <param name="path">The file; null for the built-in series.</param>
    /// <exception cref="InvalidInputException">The file cannot be used, or is shorter than one window.</exception>
    public static ForecastTask LoadTrained(string preparation, string? path)
    {
        Preparation stored = Windows.Preparation.FromJson(preparation);
        ForecastSpecCheck.Check(stored.Spec);
        Table table = ReadTable(stored.Spec with { Path = path }, path);
        PreparedSeries series = PreparedSeries.Create(table, stored);
        if (table.Rows < series.Shape.Reach)
        {
            throw new InvalidInputException(
                Invariant($"The file has {table.Rows:N0} rows and the network looks back at {series.Shape.Reach:N0}"),
                "Give a file with more rows before those to forecast",
                new(table.Name));
        }

        int rows = table.Rows - series.Shape.Reach - series.Shape.Horizon + 1;
        return new(series, new(series, series.Shape.Reach, 0), null, rows > 0 ? new(series, series.Shape.Reach, rows) : null);
    }

    /// <summary>A network's outputs in the targets' own units: scale, base and transform undone.</summary>
    /// <param name="part">One of this task's datasets.</param>
    /// <param name="outputs">(part's rows, targets · horizon).</param>
    public double[] Restore(WindowDataset part, ReadOnlySpan<float> outputs)
    {
        RefuseWrongLength(part, outputs.Length);
        double[] restored = new double[outputs.Length];
        for (int i = 0; i < restored.Length; i++)
            restored[i] = part.Restore(part.FirstOrigin + (i / part.Target.Outputs), i % part.Target.Outputs, outputs[i]);
        return restored;
    }

    /// <summary>Figures and series of a network's outputs for <paramref name="part"/>.</summary>
    /// <param name="part">One of this task's datasets, <see cref="Next"/> excepted, with at least a row.</param>
    /// <param name="outputs">(part's rows, targets · horizon).</param>
    public ForecastReport Report(WindowDataset part, ReadOnlySpan<float> outputs) => ForecastEvaluation.Report(_series, part, Restore(part, outputs));

    /// <summary>Figures of forecasts that are in the targets' own units already.</summary>
    public ForecastReport ReportRestored(WindowDataset part, double[] predicted)
    {
        RefuseWrongLength(part, predicted.Length);
        return ForecastEvaluation.Report(_series, part, predicted);
    }

    /// <summary>What a network's outputs for <see cref="Next"/> say of the rows behind the end of the file.</summary>
    /// <param name="outputs">(1, targets · horizon).</param>
    public Forecast Forecast(ReadOnlySpan<float> outputs)
    {
        double[] values = Restore(Next, outputs);
        int horizon = Spec.Horizon;
        return new(
            [.. Enumerable.Range(_series.Rows, horizon).Select(row => new TimePoint(_series.Time.LabelOf(row), _series.Time.TimeOf(row)))],
            [.. Targets.Select((target, i) => new ForecastSeries(target.Name, values[(i * horizon)..((i + 1) * horizon)]))]);
    }

    /// <summary>What the simple forecasts make of the same rows, in the same units.</summary>
    public IReadOnlyList<BaselineResult> CompareBaselines(WindowDataset part) =>
        [.. Baseline.For(_series, Train, Validation, part).Select(
            baseline => new BaselineResult(baseline.Key, baseline.Name, ReportRestored(part, baseline.Predict(part))))];

    public override string Describe(string? path) =>
        $"{path ?? $"{MackeyGlass.TableName}, which is chaotic"}: "
        + $"{string.Join(", ", Targets.Take(4).Select(target => target.Name))}{(Targets.Count > 4 ? " …" : "")} "
        + $"{Figures.Plural(Spec.Horizon, "row")} ahead, from {Figures.Plural(Spec.Window, "row")} of {Figures.Plural(Inputs.Count, "column")}; "
        + $"{Figures.Count(Train.Rows)} windows to train on{Figures.Part(Validation?.Rows, "to validate")}{Figures.Part(Test?.Rows, "to test")}";

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) => ForecastScore.Of(this, network, (WindowDataset)part, name);

    private static Table ReadTable(ForecastDataSpec spec, string? path) => path is null
        ? MackeyGlass.Table()
        : TableFile.Read(
            path,
            new CsvFormat
            {
                Header = spec.Header,
                Delimiter = spec.Delimiter,
                Quote = spec.Quote,
                Culture = spec.Culture,
                Encoding = spec.Encoding,
                MissingValues = spec.MissingValues,
                Time = spec.Time,
            },
            spec.Path);

    /// <summary>The windows whose targets lie in <paramref name="rows"/>; null where there are no rows.</summary>
    private static WindowDataset? WindowsOf(PreparedSeries series, string part, RowRange rows)
    {
        if (rows.IsEmpty) return null;
        int first = Math.Max(rows.Start, series.Shape.Reach);
        int count = rows.End - series.Shape.Horizon - first + 1;
        return count > 0
            ? new(series, first, count)
            : throw new InvalidInputException(
                Invariant($"The split has {rows.Count:N0} {part} rows and the horizon is {series.Shape.Horizon:N0}"),
                $"Give more {part} rows in data.split, none, or a shorter data.horizon");
    }

    private static void RefuseTooFew(ForecastDataSpec spec, RowRange train, Table table)
    {
        WindowShape shape = new(spec.Window, spec.Horizon, spec.RelativeTo, spec.Season ?? 1);
        int needed = shape.Reach + spec.Horizon;
        if (train.Count >= needed) return;
        string reach = shape.Reach == spec.Window ? Invariant($"a window of {spec.Window:N0}") : Invariant($"a season of {shape.Reach:N0}");
        throw new InvalidInputException(
            Invariant($"{train.Count:N0} of the {table.Rows:N0} rows are for training; {reach} and a horizon of {spec.Horizon:N0} need at least {needed:N0}"),
            "Give more rows, a larger data.split.train, or a shorter data.window or data.horizon",
            new(table.Name));
    }

    private static void RefuseWrongLength(WindowDataset part, int length)
    {
        if (length != part.Rows * part.Target.Outputs)
            throw new ArgumentException($"{part.Rows} rows of {part.Target.Outputs} outputs were expected, not {length} values.");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

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
/// Series cut into windows. The windows of validation and test reach back into earlier rows; what they forecast lies in their own part. Outputs of a network
/// are (rows, targets · horizon), target-major, as <see cref="WindowDataset"/> tells them.
/// </summary>
public sealed class ForecastTask : PreparedTask
{
    private readonly PreparedPanel _panel;
    private WindowDataset? _next;

    private ForecastTask(PreparedPanel panel, WindowDataset train, WindowDataset? validation, WindowDataset? test)
    {
        (_panel, Train, Validation, Test) = (panel, train, validation, test);
        DataHash = panel.Hash(train, validation, test);
        Preparation = panel.Preparation.ToJson();
    }

    /// <summary>Without a row where the task was loaded to use a trained network, not to train one.</summary>
    public override WindowDataset Train { get; }

    public override WindowDataset? Validation { get; }

    public override WindowDataset? Test { get; }

    /// <summary>A window for each series: its last known rows. Its targets, which nobody knows, are not numbers.</summary>
    /// <exception cref="InvalidInputException">No series is as long as a window, or the columns that must be known ahead are not.</exception>
    public WindowDataset Next => _next ??= new(_panel, NextWindows());

    public override string DataHash { get; }

    public override string Preparation { get; }

    public override IReadOnlyList<string> Notes => _notes ?? _panel.Notes;

    public ForecastDataSpec Spec => _panel.Preparation.Spec;

    /// <summary>The columns that the network reads, in their order, without those of the calendar.</summary>
    public IReadOnlyList<PreparedColumn> Inputs => _panel.Preparation.Inputs;

    public IReadOnlyList<PreparedColumn> Targets => _panel.Preparation.Targets;

    /// <summary>What tables call the series.</summary>
    internal string SeriesColumn => Spec.Series.Count == 1 ? Spec.Series[0] : "series";

    /// <summary>What tables call the time.</summary>
    internal string TimeColumn => !_panel.Time.HasDates ? "row" : _panel.Time.Name ?? Spec.Time ?? "time";

    internal PreparedPanel Panel => _panel;

    public override string? SeenUntil
    {
        get
        {
            if (Test is not { Rows: > 0 } test) return null;
            Window first = test.At(0);
            return _panel.Time.LabelOf(_panel.Series[first.Series], first.Origin - 1);
        }
    }

    private IReadOnlyList<string>? _notes { get; init; }

    /// <summary>What it was made of, where it was made for a trained network.</summary>
    private Panel? _source { get; init; }

    /// <summary>With the rows that the split leaves unused.</summary>
    private Panel? _whole { get; init; }

    /// <summary>Reads, checks, cuts and scales.</summary>
    /// <param name="baseDirectory">Where relative paths start.</param>
    /// <exception cref="InvalidInputException">The file or the specification cannot be used; the message says where and what to do.</exception>
    /// <param name="fitted">What was fitted before, to be taken over; null to fit it to the training rows.</param>
    public static ForecastTask Load(ForecastDataSpec spec, string baseDirectory, Preparation? fitted = null)
    {
        ForecastSpecCheck.Check(spec);
        return Prepare(
            spec with { Holidays = spec.Holidays is null ? null : Path.Combine(baseDirectory, spec.Holidays) },
            ForecastFile.Read(spec, spec.Path is null ? null : Path.Combine(baseDirectory, spec.Path)), fitted);
    }

    /// <summary>The same for a table that is in memory; <see cref="ForecastDataSpec.Path"/> and what describes a file do not matter.</summary>
    public static ForecastTask Prepare(ForecastDataSpec spec, Table table, Preparation? fitted = null)
    {
        ForecastSpecCheck.Check(spec);
        Panel panel = PanelBuilder.Build(spec, table), whole = panel;
        if (spec.Split.Unused > 0)
        {
            int rows = whole.Series.Max(series => series.Known - series.Start);
            if (spec.Split.Unused >= rows)
            {
                throw new InvalidInputException(
                    Invariant($"The split leaves the last {spec.Split.Unused:N0} rows unused, and the file has {rows:N0}"),
                    "Leave fewer unused; of a backtest, ask for fewer --origins, or for less --every", new(table.Name));
            }

            panel = whole.Without(spec.Split.Unused);
            spec = spec with { Split = spec.Split with { Unused = 0 } };
        }

        PanelSplit split = PanelSplit.Resolve(spec.Split, panel);
        RefuseTooFew(spec, split.Train, panel);
        PreparedPanel prepared = PreparedPanel.Create(panel, fitted is null ? PreparationFitter.Fit(panel, spec, split.Train) : fitted with { Spec = spec });
        WindowDataset Training() => WindowsOf(prepared, "training", split.Train) ?? throw new InvalidOperationException("Too few training rows.");
        if (fitted is null && spec is { BackTransform: BackTransform.Mean, Transform: not ValueTransform.None })
        {
            prepared = PreparedPanel.Create(
                panel, prepared.Preparation with { NoiseVariances = LinearAutoregression.ResidualVariances(prepared, Training()) });
        }

        List<string> notes = [.. panel.Notes];
        if (split.DescribeUnused(panel) is { } unused) notes.Add(unused);
        notes.AddRange(Provenance.Describe(prepared, split));
        return new(prepared, Training(), WindowsOf(prepared, "validation", split.Validation), WindowsOf(prepared, "test", split.Test)) { _notes = notes, _whole = whole };
    }

    /// <summary>
    /// Another file of the same kind for a trained network, with what was fitted to the rows that it was trained on. All its rows are <see cref="Test"/>
    /// (null where there are none behind the first window), <see cref="Train"/> is empty.
    /// </summary>
    /// <param name="preparation"><see cref="PreparedTask.Preparation"/> of the task that the network was trained with.</param>
    /// <param name="path">The file; null for the built-in series.</param>
    /// <param name="history">The file that the network was trained on, which <paramref name="path"/> may go on from; null for none.</param>
    /// <exception cref="InvalidInputException">The file cannot be used, or is shorter than one window.</exception>
    public static ForecastTask LoadTrained(string preparation, string? path, string? history = null)
    {
        Preparation stored = Windows.Preparation.FromJson(preparation);
        ForecastSpecCheck.Check(stored.Spec);
        bool isOther = path is not null && history is not null && File.Exists(history) && Path.GetFullPath(path) != Path.GetFullPath(history);
        Panel panel = PanelBuilder.Build(
            stored.Spec, ForecastFile.Read(stored.Spec with { Path = path }, path), isOther ? () => ForecastFile.Read(stored.Spec with { Path = history }, history) : null);
        return OfPanel(stored, panel);
    }

    /// <summary>All windows of a panel, for a trained network.</summary>
    internal static ForecastTask OfPanel(Preparation stored, Panel panel)
    {
        PreparedPanel prepared = PreparedPanel.Create(panel, stored);
        List<string> notes = [.. panel.Notes];
        string[] unknown = stored.Series is null ? [] : [.. panel.Series.Where(series => stored.Find(series.Name) is null).Select(series => series.Name)];
        if (unknown.Length > 0)
        {
            notes.Add(Invariant($"{unknown.Length:N0} series were not in the training data ({string.Join(", ", unknown.Take(5))}{(unknown.Length > 5 ? " …" : "")}): ")
                + "they take the scale of all series together");
        }

        if (prepared.Series.All(series => series.Known - series.Start < prepared.Shape.Reach))
        {
            throw new InvalidInputException(
                Invariant($"The file has {prepared.Series.Max(series => series.Known - series.Start):N0} rows and the network looks back at {prepared.Shape.Reach:N0}"),
                "Give a file with more rows before those to forecast",
                new(panel.Table.Name));
        }

        RowRange[] rows = [.. prepared.Series.Select(series => new RowRange(FirstNew(series), series.Known))];
        WindowDataset test = new(prepared, RangesOf(prepared, rows));
        return new(prepared, new WindowDataset(prepared), null, test.Rows > 0 ? test : null) { _notes = notes, _source = panel };

        int FirstNew(SeriesRows series)
        {
            int row = series.Start;
            while (panel.FirstNew > 0 && row < series.Known && panel.SourceRows[row] < panel.FirstNew) row++;
            return row;
        }
    }

    /// <summary>The task of the same network after its forecasts, as if they had been observed.</summary>
    /// <exception cref="InvalidInputException">The network reads a column that nobody knows there.</exception>
    internal ForecastTask After(IReadOnlyList<Forecast> forecasts) => OfPanel(
        _panel.Preparation,
        PanelExtension.Append(
            _source ?? throw new InvalidOperationException("The task was not made for a trained network."),
            forecasts.ToDictionary(forecast => forecast.Series, forecast => (IReadOnlyList<IReadOnlyList<double>>)[.. forecast.Targets.Select(target => target.Values)])));

    /// <summary>The windows that begin at an origin, with what was fitted to this task's training rows.</summary>
    public override PreparedTask? AtOrigin(int later)
    {
        if (_whole is null) return null;
        Panel panel = _whole.Without(later);
        PreparedPanel prepared = PreparedPanel.Create(panel, _panel.Preparation);
        PanelSplit split = PanelSplit.Resolve(new SplitSpec(SplitSpec.Rest, 0, Spec.Horizon), panel);
        WindowDataset? test = WindowsOf(prepared, "test", split.Test);
        return new ForecastTask(prepared, Same(Train), Validation is null ? null : Same(Validation), test) { _notes = Notes };

        WindowDataset Same(WindowDataset part) => new(
            prepared,
            [.. part.Ranges.Select(range => range with { Origin = range.Origin - _panel.Series[range.Series].Start + prepared.Series[range.Series].Start })]);
    }

    /// <summary>Refuses targets that are no counts, for a loss that wants them.</summary>
    /// <exception cref="InvalidInputException">A target is below 0 or not whole.</exception>
    internal void RefuseOtherThanCounts()
    {
        int at = Array.FindIndex(_panel.Actual, value => double.IsFinite(value) && (value < 0 || Math.Floor(value) != value));
        if (at < 0) return;
        throw new InvalidInputException(
            Invariant($"training.loss is negativeBinomial, and the target '{Targets[at % Targets.Count].Name}' has the value {_panel.Actual[at]}, ") + "which is no count",
            "Forecast whole numbers from 0 on, or choose another loss, such as studentT");
    }

    /// <summary>A network's outputs in the targets' own units: scale, base and transform undone.</summary>
    /// <param name="part">One of this task's datasets.</param>
    /// <param name="outputs">(part's rows, targets · horizon).</param>
    public double[] Restore(WindowDataset part, ReadOnlySpan<float> outputs)
    {
        RefuseWrongLength(part, outputs.Length);
        double[] restored = new double[outputs.Length];
        for (int row = 0; row < part.Rows; row++)
        {
            Window window = part.At(row);
            for (int o = 0; o < part.Target.Outputs; o++) restored[(row * part.Target.Outputs) + o] = part.Restore(window, o, outputs[(row * part.Target.Outputs) + o]);
        }

        return restored;
    }

    /// <summary>Figures and series of a network's outputs for <paramref name="part"/>.</summary>
    /// <param name="part">One of this task's datasets, <see cref="Next"/> excepted, with at least a row.</param>
    /// <param name="outputs">(part's rows, targets · horizon).</param>
    public ForecastReport Report(WindowDataset part, ReadOnlySpan<float> outputs) => ForecastEvaluation.Report(_panel, part, Restore(part, outputs));

    /// <summary>Figures of forecasts that are in the targets' own units already.</summary>
    public ForecastReport ReportRestored(WindowDataset part, double[] predicted)
    {
        RefuseWrongLength(part, predicted.Length);
        return ForecastEvaluation.Report(_panel, part, predicted);
    }

    /// <summary>What a network's outputs for <see cref="Next"/> say of the rows behind the end of each series.</summary>
    /// <param name="outputs">(series, targets · horizon).</param>
    public IReadOnlyList<Forecast> Forecast(ReadOnlySpan<float> outputs)
    {
        WindowDataset next = Next;
        double[] values = Restore(next, outputs);
        int horizon = Spec.Horizon, width = next.Target.Outputs;
        return
        [
            .. Enumerable.Range(0, next.Rows).Select(row =>
            {
                Window window = next.At(row);
                SeriesRows series = _panel.Series[window.Series];
                return new Forecast(
                    series.Name,
                    [.. Enumerable.Range(window.Origin, horizon).Select(at => new TimePoint(_panel.Time.LabelOf(series, at), _panel.Time.TimeOf(series, at)))],
                    [.. Targets.Select((target, i) => new ForecastSeries(target.Name, values[((row * width) + (i * horizon))..((row * width) + ((i + 1) * horizon))]))]);
            }),
        ];
    }

    /// <summary>What the simple forecasts make of the same rows, in the same units.</summary>
    public IReadOnlyList<BaselineResult> CompareBaselines(WindowDataset part) =>
    [
        .. Baseline.For(_panel, Train, Validation, part).Select(baseline =>
        {
            double[] predicted = baseline.Predict(part);
            return new BaselineResult(baseline.Key, baseline.Name, ReportRestored(part, predicted), predicted);
        }),
    ];

    public override string Describe(string? path) =>
        $"{path ?? $"{MackeyGlass.TableName}, which is chaotic"}: "
        + $"{string.Join(", ", Targets.Take(4).Select(target => target.Name))}{(Targets.Count > 4 ? " …" : "")} "
        + $"{Figures.Plural(Spec.Horizon, "row")} ahead, from {Figures.Plural(Spec.Window, "row")} of {Figures.Plural(Inputs.Count, "column")}; "
        + (_panel.Series.Count > 1 ? $"{Figures.Count(_panel.Series.Count)} series, " : "")
        + $"{Figures.Count(Train.Rows)} windows to train on{Figures.Part(Validation?.Rows, "to validate")}{Figures.Part(Test?.Rows, "to test")}";

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) =>
        ForecastScore.Of(this, network, (WindowDataset)part, name, ReferenceEquals(part, Validation) ? null : ForecastIntervals.Fit(network, Validation));

    /// <summary>The windows whose targets lie in the rows of each series, where one of them was observed.</summary>
    private static List<WindowRange> RangesOf(PreparedPanel panel, IReadOnlyList<RowRange> rows)
    {
        List<WindowRange> ranges = [];
        foreach (SeriesRun run in panel.Runs)
        {
            RowRange part = rows[run.Series];
            int first = Math.Max(part.Start, run.Start + panel.Shape.Reach), end = Math.Min(part.End, run.End) - panel.Shape.Horizon + 1;
            if (!panel.HasAbsent)
            {
                if (end > first) ranges.Add(new(run.Series, first, end - first));
                continue;
            }

            int begun = -1;
            for (int origin = first; origin <= end; origin++)
            {
                bool isObserved = origin < end && HasTarget(panel, origin);
                if (isObserved && begun < 0) begun = origin;
                if (isObserved || begun < 0) continue;
                ranges.Add(new(run.Series, begun, origin - begun));
                begun = -1;
            }
        }

        return ranges;
    }

    private static bool HasTarget(PreparedPanel panel, int origin) =>
        panel.Actual.AsSpan(origin * panel.TargetCount, panel.Shape.Horizon * panel.TargetCount).ContainsAnyInRange(double.MinValue, double.MaxValue);

    /// <summary>The windows whose targets lie in <paramref name="rows"/>; null where there are no rows.</summary>
    private static WindowDataset? WindowsOf(PreparedPanel panel, string part, IReadOnlyList<RowRange> rows)
    {
        if (rows.All(range => range.IsEmpty)) return null;
        WindowDataset windows = new(panel, RangesOf(panel, rows));
        return windows.Rows > 0
            ? windows
            : throw new InvalidInputException(
                Invariant($"The split has {rows.Max(range => range.Count):N0} {part} rows and the horizon is {panel.Shape.Horizon:N0}"),
                $"Give more {part} rows in data.split, none, or a shorter data.horizon");
    }

    private static void RefuseTooFew(ForecastDataSpec spec, IReadOnlyList<RowRange> train, Panel panel)
    {
        WindowShape shape = WindowShape.Of(spec);
        int needed = shape.Reach + spec.Horizon, most = train.Max(range => range.Count);
        if (most >= needed) return;
        string reach = shape.Reach == spec.Window ? Invariant($"a window of {spec.Window:N0}") : Invariant($"a season of {shape.Reach:N0}");
        string of = panel.Series.Count > 1
            ? Invariant($"The longest of {panel.Series.Count:N0} series has {most:N0} rows for training")
            : Invariant($"{most:N0} of the {panel.Series[0].Known - panel.Series[0].Start:N0} rows are for training");
        throw new InvalidInputException(
            Invariant($"{of}; {reach} and a horizon of {spec.Horizon:N0} need at least {needed:N0}"),
            "Give more rows, a larger data.split.train, or a shorter data.window or data.horizon",
            new(panel.Table.Name));
    }

    private List<WindowRange> NextWindows()
    {
        List<WindowRange> windows = [];
        ILookup<int, SeriesRun> runs = _panel.Runs.ToLookup(run => run.Series);
        for (int number = 0; number < _panel.Series.Count; number++)
        {
            SeriesRows series = _panel.Series[number];
            SeriesRun run = runs[number].Last(run => run.Start < Math.Max(series.Known, series.Start + 1));
            if (series.Known - run.Start < _panel.Shape.Reach) continue;
            if (_panel.Known.Count > 0 && series.End - series.Known < _panel.Shape.Horizon)
            {
                string of = series.Name.Length > 0 ? $" of series {series.Name}" : "";
                throw new InvalidInputException(
                    Invariant($"{string.Join(", ", _panel.Known)} must be known for the {_panel.Shape.Horizon:N0} rows that are forecast{of}, and the file has {series.End - series.Known:N0} such rows"),
                    "Add rows at the end of the file: dates and what is known, the target empty");
            }

            windows.Add(new(number, series.Known, 1));
        }

        return windows.Count > 0 ? windows : throw new InvalidInputException(
            Invariant($"no series ends with the {_panel.Shape.Reach:N0} rows that the network looks back at"), "Give more rows, or fill the gap at the end");
    }

    private static void RefuseWrongLength(WindowDataset part, int length)
    {
        if (length != part.Rows * part.Target.Outputs)
            throw new ArgumentException($"{part.Rows} rows of {part.Target.Outputs} outputs were expected, not {length} values.");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

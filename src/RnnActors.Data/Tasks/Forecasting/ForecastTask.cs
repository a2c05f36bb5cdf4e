using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;
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
    private readonly Panel _source;
    private WindowDataset? _next;
    private string? _dataHash, _json;

    /// <param name="source">What it was made of, with the rows that the split leaves unused.</param>
    private ForecastTask(PreparedPanel panel, Panel source, WindowDataset train, WindowDataset? validation, WindowDataset? test, IReadOnlyList<string> notes)
    {
        (_panel, _source, Train, Validation, Test, Notes) = (panel, source, train, validation, test, notes);
    }

    /// <summary>Without a row where the task was loaded to use a trained network, not to train one.</summary>
    public override WindowDataset Train { get; }

    public override WindowDataset? Validation { get; }

    public override WindowDataset? Test { get; }

    /// <summary>A window for each series: its last known rows. Its targets, which nobody knows, are not numbers.</summary>
    /// <exception cref="InvalidInputException">No series is as long as a window, or the columns that must be known ahead are not.</exception>
    public WindowDataset Next => _next ??= new(_panel, WindowCutter.Next(_panel));

    /// <summary>Found when it is asked for: who predicts never does.</summary>
    public override string DataHash
    {
        get
        {
            if (_dataHash is not null) return _dataHash;
            WindowDataset?[] all = [Train, Validation, Test], own = [.. all.Where(part => part is not null && part.Panel != _panel)];
            return _dataHash = string.Concat(
                [_panel.Hash([.. all.Select(part => own.Contains(part) ? null : part)]), .. own.Select(part => part!.Panel.Hash(part))]);
        }
    }

    public override string Preparation => _json ??= _panel.Preparation.ToJson();

    public override IReadOnlyList<string> Notes { get; }

    public override IEnumerable<Finding> Examine(TrainingSpec training) => ForecastFindings.Of(this);

    public override string? SeenUntil
    {
        get
        {
            if (Test is not { Rows: > 0 } test) return null;
            Window first = test.At(0);
            return test.Panel.Time.LabelOf(test.Panel.Series[first.Series], first.Origin - 1);
        }
    }

    public override void Check(PanelChoice choice) => choice.Resolve(
        [.. Targets.Select(target => target.Name)], [.. _panel.Series.Select(series => series.Name)], Enumerable.Range(0, _panel.Series.Count).ToHashSet(),
        Spec.Horizon);

    public ForecastDataSpec Spec => _panel.Preparation.Spec;

    /// <summary>The columns that the network reads, in their order, without those of the calendar.</summary>
    public IReadOnlyList<PreparedColumn> Inputs => _panel.Preparation.Inputs;

    public IReadOnlyList<PreparedColumn> Targets => _panel.Preparation.Targets;

    /// <summary>What tables call the series.</summary>
    internal string SeriesColumn => Spec.Series.Count == 1 ? Spec.Series[0] : "series";

    /// <summary>What tables call the time.</summary>
    internal string TimeColumn => !_panel.Time.HasDates ? "row" : _panel.Time.Name ?? Spec.Time ?? "time";

    internal PreparedPanel Panel => _panel;

    /// <summary>Reads, checks, cuts and scales.</summary>
    /// <param name="baseDirectory">Where relative paths start.</param>
    /// <param name="fitted">What was fitted before, to be taken over; null to fit it to the training rows.</param>
    /// <exception cref="InvalidInputException">The file or the specification cannot be used; the message says where and what to do.</exception>
    public static ForecastTask Load(ForecastDataSpec spec, string baseDirectory, Preparation? fitted = null)
    {
        ForecastSpecCheck.Check(spec);
        return Prepare(
            spec with { Holidays = spec.Holidays is null ? null : Path.Combine(baseDirectory, spec.Holidays) },
            ForecastFile.Read(spec, spec.Path is null ? null : Path.Combine(baseDirectory, spec.Path)), fitted, OwnFiles.Read(spec, baseDirectory));
    }

    /// <summary>The same for a table that is in memory; <see cref="ForecastDataSpec.Path"/> and what describes a file do not matter.</summary>
    /// <param name="own">Tables for validation and test; null where they are parts of <paramref name="table"/>.</param>
    public static ForecastTask Prepare(ForecastDataSpec spec, Table table, Preparation? fitted = null, OwnFiles? own = null)
    {
        own ??= new();
        spec = spec with { Split = own.SplitOf(spec) };
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
        WindowCutter.RefuseTooFew(spec, split.Train, panel);
        PreparedPanel prepared = PreparedPanel.Create(panel, fitted is null ? PreparationFitter.Fit(panel, spec, split.Train) : fitted with { Spec = spec });
        WindowDataset Training() => WindowCutter.Cut(prepared, "training", split.Train) ?? throw new InvalidOperationException("Too few training rows.");
        if (fitted is null && spec.BackTransform == BackTransform.Mean && prepared.IsTransformed)
        {
            prepared = PreparedPanel.Create(
                panel, prepared.Preparation with { NoiseVariances = LinearAutoregression.ResidualVariances(prepared, Training()) });
        }

        List<string> notes = [.. panel.Notes];
        if (split.DescribeUnused(panel) is { } unused) notes.Add(unused);
        notes.AddRange(prepared.Unknown);
        notes.AddRange(Provenance.Describe(prepared, split));
        WindowDataset? validation = own.Validation is null
            ? WindowCutter.Cut(prepared, "validation", split.Validation)
            : OwnFiles.WindowsOf(prepared.Preparation, "validation", own.Validation, table, notes);
        WindowDataset? test = own.Test is null
            ? WindowCutter.Cut(prepared, "test", split.Test)
            : OwnFiles.WindowsOf(prepared.Preparation, "test", own.Test, own.Validation ?? table, notes);
        return new(prepared, whole, Training(), validation, test, notes);
    }

    /// <summary>
    /// Another file of the same kind for a trained network, with what was fitted to the rows that it was trained on. All its rows are <see cref="Test"/>
    /// (null where there are none behind the first window), <see cref="Train"/> is empty.
    /// </summary>
    /// <param name="preparation"><see cref="PreparedTask.Preparation"/> of the task that the network was trained with.</param>
    /// <param name="path">The file; null for the built-in series.</param>
    /// <param name="history">The file that the network was trained on, which <paramref name="path"/> may go on from; null for none.</param>
    /// <exception cref="InvalidInputException">The file cannot be used, or is shorter than one window.</exception>
    public static ForecastTask LoadTrained(string preparation, string? path, string? history = null) =>
        LoadTrained(Windows.Preparation.FromJson(preparation), path, history);

    internal static ForecastTask LoadTrained(Preparation stored, string? path, string? history)
    {
        ForecastSpecCheck.Check(stored.Spec);
        bool isOther = path is not null && history is not null && File.Exists(history) && Path.GetFullPath(path) != Path.GetFullPath(history);
        Panel panel = PanelBuilder.Build(
            stored.Spec, ForecastFile.Read(stored.Spec with { Path = path }, path),
            isOther ? () => ForecastFile.Read(stored.Spec with { Path = history }, history) : null);
        return OfPanel(stored, panel);
    }

    /// <summary>The same for a table that is in memory: it holds all the rows that windows look
    /// back at, and what is known of those that are forecast.</summary>
    /// <param name="preparation"><see cref="PreparedTask.Preparation"/> of the task that the network was trained with.</param>
    /// <exception cref="InvalidInputException">The table cannot be used, or is shorter than one window.</exception>
    public static ForecastTask LoadTrained(string preparation, Table table) => LoadTrained(Windows.Preparation.FromJson(preparation), table);

    internal static ForecastTask LoadTrained(Preparation stored, Table table)
    {
        ForecastSpecCheck.Check(stored.Spec);
        return OfPanel(stored, PanelBuilder.Build(stored.Spec, table));
    }

    /// <summary>All windows of a panel, for a trained network.</summary>
    internal static ForecastTask OfPanel(Preparation stored, Panel panel)
    {
        PreparedPanel prepared = PreparedPanel.Create(panel, stored);
        List<string> notes = [.. panel.Notes, .. prepared.Unknown];
        string[] unknown = stored.Series is null ? [] : [.. panel.Series.Where(series => stored.Find(series.Name) is null).Select(series => series.Name)];
        if (unknown.Length > 0)
        {
            string names = string.Join(", ", unknown.Take(5)) + (unknown.Length > 5 ? " …" : "");
            notes.Add(Invariant($"{unknown.Length:N0} series were not in the training data ({names}): they take the scale of all series together"));
        }

        if (prepared.Series.All(series => series.Known - series.Start < prepared.Shape.Reach))
        {
            throw new InvalidInputException(
                Invariant($"The file has {prepared.Series.Max(series => series.Known - series.Start):N0} rows ")
                    + Invariant($"and the network looks back at {prepared.Shape.Reach:N0}"),
                "Give a file with more rows before those to forecast",
                new(panel.Table.Name));
        }

        WindowDataset test = OwnFiles.WindowsOf(prepared, panel);
        return new(prepared, panel, new WindowDataset(prepared), null, test.Rows > 0 ? test : null, notes);
    }

    /// <summary>The task of the same network after its forecasts, as if they had been observed.</summary>
    /// <exception cref="InvalidInputException">The network reads a column that nobody knows there.</exception>
    internal ForecastTask After(IReadOnlyList<Forecast> forecasts) => OfPanel(
        _panel.Preparation,
        PanelExtension.Append(
            _source,
            forecasts.ToDictionary(
                forecast => forecast.Series, forecast => (IReadOnlyList<IReadOnlyList<double>>)[.. forecast.Targets.Select(target => target.Values)])));

    /// <summary>The windows that begin at an origin, with what was fitted to this task's training rows.</summary>
    public override PreparedTask AtOrigin(int later)
    {
        Panel panel = _source.Without(later);
        PreparedPanel prepared = PreparedPanel.Create(panel, _panel.Preparation);
        PanelSplit split = PanelSplit.Resolve(new SplitSpec(SplitSpec.Rest, 0, Spec.Horizon), panel);
        WindowDataset? test = WindowCutter.Cut(prepared, "test", split.Test);
        return new ForecastTask(prepared, _source, Same(Train), Validation is null || Validation.Panel != _panel ? Validation : Same(Validation), test, Notes);

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
        string target = Targets[at % Targets.Count].Name;
        throw new InvalidInputException(
            Invariant($"training.loss is negativeBinomial, and the target '{target}' has the value {_panel.Actual[at]}, which is no count"),
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
            int first = row * part.Target.Outputs;
            for (int o = 0; o < part.Target.Outputs; o++) restored[first + o] = part.Restore(window, o, outputs[first + o]);
        }

        return restored;
    }

    /// <summary>Figures and series of a network's outputs for <paramref name="part"/>.</summary>
    /// <param name="part">One of this task's datasets, <see cref="Next"/> excepted, with at least a row.</param>
    /// <param name="outputs">(part's rows, targets · horizon).</param>
    public ForecastReport Report(WindowDataset part, ReadOnlySpan<float> outputs) => ForecastEvaluation.Report(part, Restore(part, outputs));

    /// <summary>A network's outputs in the targets' own units, each when it is asked for.</summary>
    /// <param name="outputs">(part's rows, targets · horizon).</param>
    internal static IReadOnlyList<double> Restored(WindowDataset part, float[] outputs)
    {
        RefuseWrongLength(part, outputs.Length);
        int width = part.Target.Outputs;
        return new ComputedList<double>(outputs.Length, at => part.Restore(part.At(at / width), at % width, outputs[at]));
    }

    /// <summary>Figures of forecasts that are in the targets' own units already.</summary>
    public ForecastReport ReportRestored(WindowDataset part, double[] predicted)
    {
        RefuseWrongLength(part, predicted.Length);
        return ForecastEvaluation.Report(part, predicted);
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
                    [.. Targets.Select((target, i) => new ForecastSeries(target.Name, values.AsSpan((row * width) + (i * horizon), horizon).ToArray()))]);
            }),
        ];
    }

    /// <summary>What the simple forecasts make of the same rows, in the same units.</summary>
    public IReadOnlyList<BaselineResult> CompareBaselines(WindowDataset part) =>
    [
        .. Baseline.For(_panel, Train, Validation, part).Select(baseline =>
        {
            IReadOnlyList<double> predicted = new BaselineForecasts(baseline, part).Values;
            return new BaselineResult(baseline.Key, baseline.Name, ForecastEvaluation.Report(part, predicted), predicted);
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

    private static void RefuseWrongLength(WindowDataset part, int length)
    {
        if (length != part.Rows * part.Target.Outputs)
            throw new ArgumentException($"{part.Rows} rows of {part.Target.Outputs} outputs were expected, not {length} values.");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Series;
using RnnActors.Data.Tasks.Forecasting.Baselines;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>
/// Series cut into windows. The windows of validation and test reach back into earlier rows; what they forecast lies in their own part. A network's outputs are
/// (rows, targets · horizon), target-major, as in <see cref="WindowDataset"/>.
/// </summary>
public sealed partial class ForecastTask : PreparedTask
{
    private const long BytesOfTested = 32, BytesOfValidated = 8;

    private readonly PreparedPanel _panel;
    private readonly PanelSource _source;
    private WindowDataset? _next;
    private string? _dataHash, _json;
    private MeasuredIntervals? _measured;

    /// <param name="source">What the panel was made from, including rows that the split does not use.</param>
    private ForecastTask(
        PreparedPanel panel, PanelSource source, WindowDataset train, WindowDataset? validation, WindowDataset? test, IReadOnlyList<string> notes)
    {
        (_panel, _source, Train, Validation, Test, Notes) = (panel, source, train, validation, test, notes);
    }

    /// <summary>Empty if the task was loaded to use a trained network rather than to train one.</summary>
    public override WindowDataset Train { get; }

    public override WindowDataset? Validation { get; }

    public override WindowDataset? Test { get; }

    /// <summary>One window for each series: its last known rows. Its targets are unknown, and NaN.</summary>
    /// <exception cref="InvalidInputException">No series is as long as a window, or columns that must be known ahead are missing.</exception>
    public WindowDataset Next => _next ??= new(_panel, WindowCutter.Next(_panel));

    /// <summary>Computed on access, since predictions do not need it.</summary>
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

    /// <summary>The columns that the network reads, in order, without the calendar.</summary>
    public IReadOnlyList<PreparedColumn> Inputs => _panel.Preparation.Inputs;

    public IReadOnlyList<PreparedColumn> Targets => _panel.Preparation.Targets;

    /// <summary>The name of the series column in tables.</summary>
    internal string SeriesColumn => Spec.Series.Count == 1 ? Spec.Series[0] : "series";

    /// <summary>The name of the time column in tables.</summary>
    internal string TimeColumn => !_panel.Time.HasDates ? "row" : _panel.Time.Name ?? Spec.Time ?? "time";

    internal PreparedPanel Panel => _panel;

    /// <summary>Throws if targets are not counts, for a loss that requires them.</summary>
    /// <exception cref="InvalidInputException">A target is negative or not an integer.</exception>
    internal void RefuseOtherThanCounts()
    {
        int at = Array.FindIndex(_panel.Actual, value => double.IsFinite(value) && (value < 0 || Math.Floor(value) != value));
        if (at < 0) return;
        string target = Targets[at % Targets.Count].Name;
        throw new InvalidInputException(
            Invariant($"training.loss is negativeBinomial, and the target '{target}' has the value {_panel.Actual[at]}, which is not a count"),
            "Forecast whole numbers from 0 on, or choose another loss, such as studentT");
    }

    /// <summary>Converts a network's outputs to the targets' own units, by undoing scale, base and transform.</summary>
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

    /// <summary>The report of a network's outputs for <paramref name="part"/>.</summary>
    /// <param name="part">One of this task's datasets except <see cref="Next"/>, with at least one row.</param>
    /// <param name="outputs">(part's rows, targets · horizon).</param>
    public ForecastReport Report(WindowDataset part, ReadOnlySpan<float> outputs) => ForecastEvaluation.Report(part, Restore(part, outputs));

    /// <summary>A network's outputs in the targets' own units, computed on access.</summary>
    /// <param name="outputs">(part's rows, targets · horizon).</param>
    internal static IReadOnlyList<double> Restored(WindowDataset part, float[] outputs)
    {
        RefuseWrongLength(part, outputs.Length);
        int width = part.Target.Outputs;
        return new ComputedList<double>(outputs.Length, at => part.Restore(part.At(at / width), at % width, outputs[at]));
    }

    /// <summary>The report of forecasts that are already in the targets' own units.</summary>
    public ForecastReport ReportRestored(WindowDataset part, double[] predicted)
    {
        RefuseWrongLength(part, predicted.Length);
        return ForecastEvaluation.Report(part, predicted);
    }

    /// <summary>Converts a network's outputs for <see cref="Next"/> to forecasts of the rows after the end of each series.</summary>
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

    /// <summary>The baselines' results on the same rows, in the same units.</summary>
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

    public override IReadOnlyList<NamedTensor> Calibrate(TrainedNetwork network) =>
        FitIntervals(network) is { } intervals
            ? [.. intervals.Tensors(), .. DataEnd.Tensors(_source.End), .. FitPaths(network)?.Tensors() ?? []]
            : [];

    /// <summary>
    /// Intervals around the rows after the data: calibrated on the validation rows, and adapted through the test rows. Null without validation rows.
    /// </summary>
    internal ForecastIntervals? FitIntervals(TrainedNetwork network)
    {
        MeasuredIntervals known = _measured is { } measured && measured.Network.ParameterHash == network.ParameterHash
            ? measured
            : new(network, ForecastIntervals.Fit(network, Validation), null);
        return Test is { Rows: > 0 } test ? known.Intervals?.After(test, known.Said ?? NetworkOutputs.Of(network, test)) : known.Intervals;
    }

    /// <summary>The dependence of a path's steps, fitted to the validation rows; null without these, or if no path can be sampled.</summary>
    internal StepDependence? FitPaths(TrainedNetwork network) =>
        Validation is { Rows: > 0 } validation && ForecastPaths.AreOf(network.Training.Loss) ? StepDependence.Fit(network, validation) : null;

    /// <inheritdoc/>
    /// <remarks>As measured. A test value takes the forecasts of network and baseline, and bands; a validation value its residual.</remarks>
    public override long ScoringBytes =>
        Test is null ? BytesOfValidated * ValuesOf(Validation) : (BytesOfTested * ValuesOf(Test)) + (BytesOfValidated * ValuesOf(Validation));

    private static long ValuesOf(SequenceDataset? part) => part is null ? 0 : (long)part.Rows * part.Target.Outputs;

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name)
    {
        var windows = (WindowDataset)part;
        if (ReferenceEquals(part, Validation)) return ForecastScore.Of(this, network, windows, name, NetworkOutputs.Of(network, windows), null);
        ForecastIntervals? kept = network.Calibration?.Read(network) is { } file ? ForecastIntervals.Restore(file, windows.Target.Outputs).AtFirst() : null;
        ForecastIntervals? intervals = kept ?? ForecastIntervals.Fit(network, Validation);
        NetworkOutputs said = NetworkOutputs.Of(network, windows);
        if (kept is null && ReferenceEquals(part, Test)) _measured = new(network, intervals, said);
        return ForecastScore.Of(this, network, windows, name, said, intervals);
    }

    /// <summary>Intermediate results for <see cref="FitIntervals"/>.</summary>
    /// <param name="Intervals">Before the values of the test rows; null if there are none.</param>
    /// <param name="Said">The network's outputs for the test rows.</param>
    private sealed record MeasuredIntervals(TrainedNetwork Network, ForecastIntervals? Intervals, NetworkOutputs? Said);

    private static void RefuseWrongLength(WindowDataset part, int length)
    {
        if (length != part.Rows * part.Target.Outputs)
            throw new ArgumentException($"{part.Rows} rows of {part.Target.Outputs} outputs were expected, not {length} values.");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

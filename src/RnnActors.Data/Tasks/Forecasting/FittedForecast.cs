using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The columns and scales of a forecast, without its table.</summary>
/// <param name="data">The run's data. Its file is read again for the history of a file that continues it, and for intervals if the run stores none.</param>
internal sealed class FittedForecast(string preparation, ForecastDataSpec data) : FittedTask, IPredictsPaths, IAnswers<ForecastAnswer>
{
    /// <summary>The maximum number of decimals, which exceeds a float's precision.</summary>
    private const int MaxDecimals = 9;

    private readonly Preparation _preparation = Preparation.FromJson(preparation);
    private readonly Lock _fitting = new();
    private FittedIntervals? _fitted;
    private KeptCalibration? _kept;

    public override Shape Input => new(PreparedPanel.InputWidthOf(_preparation));

    public override IReadOnlyList<NamedSignal> Inputs => _preparation.Signals;

    public override bool ReadsTables => true;

    public override int Steps => _preparation.Spec.Window;

    public override int Outputs => _preparation.Targets.Count * _preparation.Spec.Horizon;

    public override TaskExport Export => ForecastExport.Of(_preparation);

    /// <summary>As many decimals as the data have.</summary>
    public static int DecimalsOf(Preparation preparation, int target) => Math.Min(MaxDecimals, preparation.Decimals?[target] ?? MaxDecimals);

    public override PreparedTask? Prepare(DataSpec data, string baseDirectory) => ForecastTask.Load((ForecastDataSpec)data, baseDirectory, _preparation);

    public override Score Measure(TrainedNetwork network, string path)
    {
        WarmUp(network); // in advance: the training data need not be in memory beside the given data
        ForecastTask task = ForecastTask.LoadTrained(_preparation, path, data.Path, Kept(network).DataEnd);
        WindowDataset windows = task.Test ?? throw new InvalidInputException(
            "the file ends before the first forecast could be compared", "Give a file with more rows", new SourceLocation(path));
        List<string> notes = [];
        Score score = ForecastScore.Of(task, network, windows, "given", NetworkOutputs.Of(network, windows), Intervals(network, notes));
        return score with { Notes = [.. score.Notes, .. notes] };
    }

    public override ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request) => request.Data is ForecastTask task
        ? new ForecastRows(task, network, task.Test ?? task.Validation ?? (WindowDataset)task.Train,
            task.Test is not null ? "test" : task.Validation is not null ? "validation" : "training")
        : throw new InvalidInputException("a forecast reads tables, not texts", "Leave --text out, and choose a window with --row");

    /// <summary>The rows after the end of each series: a row for each step, a column for each target and bound.</summary>
    public PredictionTable Predict(TrainedNetwork network, PredictionRequest request)
    {
        if (request is { HasIntervals: true, Paths: null, Table: null, TableText: null }) WarmUp(network); // in advance, as above
        ForecastTask task = Asked(network, request);
        if (request.Paths is { } paths)
        {
            return request.Rows is null ? Paths(task, network, paths) : throw new InvalidInputException(
                "--paths draws over the horizon, and --rows asks for another number of rows", "Leave one of them out");
        }

        (List<ForecastBlock> blocks, int rows, List<string> notes) = Blocks(task, network, request);
        return Table(task, blocks, rows) with { Notes = notes, Panels = choice => new ForecastOutlook(task, blocks, rows).Of(choice) };
    }

    /// <summary>The forecasts as records, one for each series.</summary>
    public IReadOnlyList<ForecastAnswer> Answer(TrainedNetwork network, PredictionRequest request)
    {
        if (request.Paths is not null) throw new InvalidInputException("sampled paths are answered as a table", "Use Predict");
        ForecastTask task = Asked(network, request);
        (List<ForecastBlock> blocks, int rows, List<string> notes) = Blocks(task, network, request);
        bool hasNames = task.Panel.Series.Count > 1;
        return
        [
            .. blocks[0].Forecasts.Select((forecast, series) => new ForecastAnswer(
                hasNames ? forecast.Series : "", [.. Enumerable.Range(0, rows).Select(row => StepOf(blocks, series, row))]) { Notes = notes }),
        ];
    }

    private ForecastStep StepOf(List<ForecastBlock> blocks, int series, int row)
    {
        int horizon = _preparation.Spec.Horizon;
        Forecast forecast = blocks[row / horizon].Forecasts[series];
        return new ForecastStep(forecast.Time[row % horizon],
        [
            .. forecast.Targets.Select((target, i) =>
            {
                int at = (series * Outputs) + (i * horizon) + row;
                return new ForecastValue(target.Name, target.Values[row % horizon],
                    row < horizon ? [.. blocks[0].Bands.Select(band => new ForecastInterval(band.Level, band.Lower[at], band.Upper[at]))] : []);
            }),
        ]);
    }

    private ForecastTask Asked(TrainedNetwork network, PredictionRequest request)
    {
        if (request.Table is { } table) return ForecastTask.LoadTrained(_preparation, table);
        DateTime? end = Kept(network).DataEnd;
        return request.TableText is { } text
            ? ForecastTask.LoadTrained(_preparation, ForecastFile.Parse(_preparation.Spec, text, "the standard input"), data.Path, end)
            : ForecastTask.LoadTrained(_preparation, request.FileOf(new ForecastKind()), data.Path, end);
    }

    private (List<ForecastBlock> Blocks, int Rows, List<string> Notes) Blocks(ForecastTask task, TrainedNetwork network, PredictionRequest request)
    {
        int horizon = _preparation.Spec.Horizon, rows = request.Rows ?? horizon;
        List<string> notes = [.. task.Notes];
        ForecastIntervals? intervals = request.HasIntervals ? Intervals(network, notes) : null;
        List<ForecastBlock> blocks = [];
        for (int ahead = 0; ahead < rows; ahead += horizon)
        {
            if (ahead > 0) task = task.After(blocks[^1].Forecasts);
            blocks.Add(ForecastBlock.Of(task, network, ahead == 0 ? intervals : null));
        }

        if (rows > horizon)
        {
            notes.Add(FormattableString.Invariant($"Rows beyond the horizon of {horizon} are forecast from forecasts, as if these had been observed; ")
                + "the width of their intervals is not known");
        }

        return (blocks, rows, notes);
    }

    private PredictionTable Table(ForecastTask task, List<ForecastBlock> blocks, int rows)
    {
        int horizon = _preparation.Spec.Horizon;
        (int Series, int Row)[] lines =
            [.. Enumerable.Range(0, blocks[0].Forecasts.Count).SelectMany(series => Enumerable.Range(0, rows).Select(row => (series, row)))];
        List<PredictionColumn> columns = [];
        if (task.Panel.Series.Count > 1) columns.Add(new(task.SeriesColumn, [.. lines.Select(line => blocks[0].Forecasts[line.Series].Series)]));
        columns.Add(new(task.TimeColumn, [.. lines.Select(line => blocks[line.Row / horizon].Forecasts[line.Series].Time[line.Row % horizon].Label)]));
        for (int i = 0; i < task.Targets.Count; i++)
        {
            int target = i, decimals = DecimalsOf(_preparation, i);
            string name = task.Targets[i].Name;
            columns.Add(new(name, [.. lines.Select(line => blocks[line.Row / horizon].Forecasts[line.Series].Targets[target].Values[line.Row % horizon])],
                decimals));
            for (int level = 0; level < blocks[0].Bands.Count; level++)
            {
                int at = level;
                PredictedBand band = blocks[0].Bands[level];
                double Of(IReadOnlyList<double> values, (int Series, int Row) line) =>
                    line.Row < horizon ? values[(line.Series * Outputs) + (target * horizon) + line.Row] : double.NaN;
                columns.Add(new($"{name}_lower{band.Suffix}", [.. lines.Select(line => Of(band.Lower, line))], decimals));
                columns.Add(new($"{name}_upper{band.Suffix}", [.. lines.Select(line => Of(band.Upper, line))], decimals));
            }
        }

        return new PredictionTable(columns);
    }

    /// <summary>A row for each series, path and step, in this order.</summary>
    private PredictionTable Paths(ForecastTask task, TrainedNetwork network, int paths)
    {
        ForecastPaths.RefuseWithoutDistribution(network);
        WindowDataset next = task.Next;
        int horizon = _preparation.Spec.Horizon;
        List<string> notes = [.. task.Notes];
        double[] drawn = ForecastPaths.Draw(network, next, paths, Dependence(network, notes));
        (int Row, int Path, int Step)[] lines =
        [
            .. Enumerable.Range(0, next.Rows).SelectMany(row => Enumerable.Range(0, paths)
                .SelectMany(path => Enumerable.Range(0, horizon).Select(step => (row, path, step)))),
        ];
        List<PredictionColumn> columns = [];
        SeriesRows SeriesOf((int Row, int Path, int Step) line) => task.Panel.Series[next.At(line.Row).Series];
        if (task.Panel.Series.Count > 1) columns.Add(new(task.SeriesColumn, [.. lines.Select(line => SeriesOf(line).Name)]));
        columns.Add(new(task.TimeColumn, [.. lines.Select(line => task.Panel.Time.LabelOf(SeriesOf(line), next.At(line.Row).Origin + line.Step))]));
        columns.Add(new("path", [.. lines.Select(line => line.Path + 1.0)], 0));
        for (int i = 0; i < task.Targets.Count; i++)
        {
            int target = i;
            double[] values = [.. lines.Select(line => drawn[(((line.Row * paths) + line.Path) * Outputs) + (target * horizon) + line.Step])];
            columns.Add(new(task.Targets[i].Name, values, DecimalsOf(_preparation, i)));
        }

        return new PredictionTable(columns) { Notes = notes };
    }

    /// <summary>The dependence of a path's steps: stored with the run, or else fitted again, with a note of the reason.</summary>
    private StepDependence? Dependence(TrainedNetwork network, List<string> notes)
    {
        KeptCalibration kept = Kept(network);
        if (kept.Dependence is { } known) return known;
        if (TrainingData(notes, "The steps of a path are drawn one by one") is not { } data) return null;
        notes.Add("How the steps of a path go together was found again from the training data: "
            + (kept.Absent ?? $"{CalibrationFile.FileName} does not say it"));
        return data.FitPaths(network);
    }

    /// <summary>Prepares the intervals, from the run's calibration or from the validation rows, which are then read.</summary>
    public override void WarmUp(TrainedNetwork network) => Intervals(network, []);

    public override StepCodec Stepwise(TrainedNetwork network) => ForecastSteps.Of(_preparation, network.Training.Loss);

    /// <summary>The intervals, stored with the run or fitted once for a network. Thread-safe.</summary>
    private ForecastIntervals? Intervals(TrainedNetwork network, List<string> notes)
    {
        lock (_fitting)
        {
            if (_fitted is not { } known || known.Network != network)
            {
                List<string> own = [];
                ForecastIntervals? intervals = Kept(network).Intervals ?? TrainingData(own, "There are no intervals")?.FitIntervals(network);
                _fitted = known = new FittedIntervals(network, intervals, own);
            }

            notes.AddRange(known.Notes);
            return known.Intervals;
        }
    }

    /// <summary>What the run stores for a network; read only once.</summary>
    private KeptCalibration Kept(TrainedNetwork network)
    {
        lock (_fitting)
        {
            if (_kept is { } known && known.Network == network) return known;
            return _kept = KeptCalibration.Of(network, Outputs);
        }
    }

    /// <summary>The training data, if they have validation rows; null, with a note, if they can no longer be read.</summary>
    /// <param name="without">The consequence, for the note.</param>
    private ForecastTask? TrainingData(List<string> notes, string without)
    {
        if (!_preparation.Spec.HasValidation) return null;
        try
        {
            return ForecastTask.Load(data, "", _preparation);
        }
        catch (InvalidInputException problem)
        {
            notes.Add($"{without}, since the training data cannot be read as they were: {problem.Message}");
            return null;
        }
    }
}

/// <summary>The intervals of one network, with notes for the user.</summary>
internal sealed record FittedIntervals(TrainedNetwork Network, ForecastIntervals? Intervals, IReadOnlyList<string> Notes);

/// <summary>A forecast of one horizon.</summary>
/// <param name="Forecasts">One for each series.</param>
/// <param name="Bands">Intervals around them; empty if they are not known.</param>
internal sealed record ForecastBlock(IReadOnlyList<Forecast> Forecasts, IReadOnlyList<PredictedBand> Bands)
{
    public static ForecastBlock Of(ForecastTask task, TrainedNetwork network, ForecastIntervals? intervals)
    {
        WindowDataset next = task.Next;
        NetworkOutputs said = NetworkOutputs.Of(network, next);
        return new(task.Forecast(said.Points),
            intervals is null ? [] : [.. ForecastIntervals.Shown.Select(level => PredictedBand.Of(level, intervals.Around(next, said, level)))]);
    }
}

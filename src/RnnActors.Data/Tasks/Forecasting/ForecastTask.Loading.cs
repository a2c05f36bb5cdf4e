using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Baselines;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <content>
/// Makes tasks: from a table to train on, from another table for a trained network, or to continue after forecasts or from an earlier origin.
/// </content>
public sealed partial class ForecastTask
{
    /// <summary>Reads, checks, cuts and scales a table.</summary>
    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <param name="fitted">What was fitted before, to be reused; null to fit it to the training rows.</param>
    /// <exception cref="InvalidInputException">The file or the specification cannot be used; the message says where and what to do.</exception>
    public static ForecastTask Load(ForecastDataSpec spec, string baseDirectory, Preparation? fitted = null)
    {
        ForecastTask task = OfFile(spec, baseDirectory, fitted); // a method of its own, so that no variable here holds the table
        task.ReturnMemory();
        return task;
    }

    private static ForecastTask OfFile(ForecastDataSpec spec, string baseDirectory, Preparation? fitted)
    {
        ForecastSpecCheck.Check(spec);
        string? path = spec.Path is null ? null : Path.Combine(baseDirectory, spec.Path);
        ForecastDataSpec resolved = spec with { Holidays = spec.Holidays is null ? null : Path.Combine(baseDirectory, spec.Holidays) };
        FileStamp[] stamps = StampsOf(path);
        return Prepare(
            resolved, ForecastFile.Read(spec, path), fitted, OwnFiles.Read(spec, baseDirectory),
            (whole, own) => PanelSource.Of(whole, () => PanelBuilder.Build(own, ForecastFile.Read(own, path)), stamps));
    }

    /// <summary>Prepares a table in memory in the same way; <see cref="ForecastDataSpec.Path"/> and the file's format are ignored.</summary>
    /// <param name="own">Separate tables for validation and test; null if they are parts of <paramref name="table"/>.</param>
    public static ForecastTask Prepare(ForecastDataSpec spec, Table table, Preparation? fitted = null, OwnFiles? own = null) =>
        Prepare(spec, table, fitted, own, (panel, _) => PanelSource.Of(panel));

    private static ForecastTask Prepare(
        ForecastDataSpec spec, Table table, Preparation? fitted, OwnFiles? own, Func<Panel, ForecastDataSpec, PanelSource> sourceOf)
    {
        own ??= new();
        spec = spec with { Split = own.SplitOf(spec) };
        ForecastSpecCheck.Check(spec);
        Panel panel = PanelBuilder.Build(spec, table), whole = panel;
        PanelSource source = sourceOf(whole, spec);
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
        notes.AddRange(prepared.CategoryNotes);
        notes.AddRange(Provenance.Describe(prepared, split));
        WindowDataset? validation = own.Validation is null
            ? WindowCutter.Cut(prepared, "validation", split.Validation)
            : OwnFiles.WindowsOf(prepared.Preparation, "validation", own.Validation, table, notes);
        WindowDataset? test = own.Test is null
            ? WindowCutter.Cut(prepared, "test", split.Test)
            : OwnFiles.WindowsOf(prepared.Preparation, "test", own.Test, own.Validation ?? table, notes);
        return new(prepared, source, Training(), validation, test, notes);
    }

    /// <summary>
    /// Prepares another file of the same kind for a trained network, with what was fitted to its training rows. All its rows are <see cref="Test"/> (null if
    /// there are none after the first window); <see cref="Train"/> is empty.
    /// </summary>
    /// <param name="preparation"><see cref="PreparedTask.Preparation"/> of the task that the network was trained with.</param>
    /// <param name="path">The file; null for the built-in series.</param>
    /// <param name="history">The file that the network was trained on, which <paramref name="path"/> may continue; null for none.</param>
    /// <exception cref="InvalidInputException">The file cannot be used, or is shorter than one window.</exception>
    public static ForecastTask LoadTrained(string preparation, string? path, string? history = null) =>
        LoadTrained(Windows.Preparation.FromJson(preparation), path, history);

    /// <param name="historyEnd">The last date of <paramref name="history"/>; null if it is not known.</param>
    internal static ForecastTask LoadTrained(Preparation stored, string? path, string? history, DateTime? historyEnd = null)
    {
        ForecastSpecCheck.Check(stored.Spec);
        bool isOther = path is not null && history is not null && Path.GetFullPath(path) != Path.GetFullPath(history);
        FileStamp[] stamps = [.. StampsOf(path), .. StampsOf(isOther ? history : null)];
        ForecastTask task = OfTable();
        task.ReturnMemory();
        return task;

        ForecastTask OfTable() =>
            LoadTrained(stored, Read(), isOther ? history : null, historyEnd, (panel, build) => PanelSource.Of(panel, () => build(Read()), stamps));

        Table Read() => ForecastFile.Read(stored.Spec with { Path = path }, path);
    }

    /// <summary>
    /// Prepares a table in memory in the same way. It needs all rows that windows look back at, and the columns known ahead in the forecast rows.
    /// </summary>
    /// <param name="preparation"><see cref="PreparedTask.Preparation"/> of the task that the network was trained with.</param>
    /// <exception cref="InvalidInputException">The table cannot be used, or is shorter than one window.</exception>
    public static ForecastTask LoadTrained(string preparation, Table table) => LoadTrained(Windows.Preparation.FromJson(preparation), table);

    /// <param name="history">The file that the table may continue; null for none.</param>
    /// <param name="historyEnd">Its last date; null if it is not known.</param>
    internal static ForecastTask LoadTrained(Preparation stored, Table table, string? history = null, DateTime? historyEnd = null) =>
        LoadTrained(stored, table, history, historyEnd, (panel, _) => PanelSource.Of(panel));

    private static ForecastTask LoadTrained(
        Preparation stored, Table table, string? history, DateTime? historyEnd, Func<Panel, Func<Table, Panel>, PanelSource> sourceOf)
    {
        ForecastSpecCheck.Check(stored.Spec);
        bool hasHistory = history is not null && File.Exists(history);
        Panel panel = Build(table);
        return OfPanel(stored, panel, sourceOf(panel, Build));

        Panel Build(Table own) => PanelBuilder.Build(
            stored.Spec, own, hasHistory ? () => ForecastFile.Read(stored.Spec with { Path = history }, history) : null, historyEnd);
    }

    /// <summary>Returns the memory of a large file's table, which was released.</summary>
    private void ReturnMemory()
    {
        if (_source.IsReleased) LargeHeap.MakeRoom((long)_panel.Rows * (_panel.Preparation.Inputs.Count + _panel.TargetCount) * sizeof(double));
    }

    private static FileStamp[] StampsOf(string? path) => path is null ? [] : [FileStamp.Of(path)];

    /// <summary>All windows of a panel, for a trained network.</summary>
    /// <param name="source">Null for the panel itself.</param>
    internal static ForecastTask OfPanel(Preparation stored, Panel panel, PanelSource? source = null)
    {
        PreparedPanel prepared = PreparedPanel.Create(panel, stored);
        List<string> notes = [.. panel.Notes, .. prepared.CategoryNotes];
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
        return new(prepared, source ?? PanelSource.Of(panel), new WindowDataset(prepared), null, test.Rows > 0 ? test : null, notes);
    }

    /// <summary>The task that follows these forecasts, as if they had been observed.</summary>
    /// <exception cref="InvalidInputException">The network reads a column that is not known there.</exception>
    internal ForecastTask After(IReadOnlyList<Forecast> forecasts)
    {
        Panel panel = PanelExtension.Append(
            _source.Panel,
            forecasts.ToDictionary(
                forecast => forecast.Series, forecast => (IReadOnlyList<IReadOnlyList<double>>)[.. forecast.Targets.Select(target => target.Values)]));
        return OfPanel(_panel.Preparation, panel);
    }

    /// <summary>The windows from a later origin, with what was fitted to this task's training rows.</summary>
    public override PreparedTask AtOrigin(int later)
    {
        Panel panel = _source.Panel.Without(later);
        PreparedPanel prepared = PreparedPanel.Create(panel, _panel.Preparation);
        PanelSplit split = PanelSplit.Resolve(new SplitSpec(SplitSpec.Rest, 0, Spec.Horizon), panel);
        WindowDataset? test = WindowCutter.Cut(prepared, "test", split.Test);
        return new ForecastTask(prepared, _source, Same(Train), Validation is null || Validation.Panel != _panel ? Validation : Same(Validation), test, Notes);

        WindowDataset Same(WindowDataset part) => new(
            prepared,
            [.. part.Ranges.Select(range => range with { Origin = range.Origin - _panel.Series[range.Series].Start + prepared.Series[range.Series].Start })]);
    }
}

using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Series;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Numbers over time: the next ones.</summary>
internal sealed class ForecastKind : TaskKind<ForecastDataSpec>
{
    private static readonly string[] TableExtensions = [".csv", ".tsv"];

    public override string Name => "forecast";

    public override string Noun => "a forecast";

    public override string Purpose => "predicts the next values of a series";

    public override string FileNoun => "a table";

    public override string Template => EmbeddedText.Read("forecast.jsonc");

    public override TaskExample Example => new("mackey-glass", EmbeddedText.Read("mackey-glass.jsonc"));

    public override IReadOnlyList<DataOption> Options { get; } =
    [
        new("--target", "targets", "The column to forecast; may be given many times.", "COLUMN", DataOptionType.Texts),
        new("--input", "inputs", "A column that the network reads; may be given many times. The default is every column of numbers.", "COLUMN",
            DataOptionType.Texts),
        new("--time", "time", "The column of dates.", "COLUMN", DataOptionType.Text),
        new("--window", "window", "Rows that the network looks back at.", "N", DataOptionType.Count),
        new("--horizon", "horizon", "Rows ahead that are forecast.", "N", DataOptionType.Count),
        new("--season", "season", "Rows of a season, for the seasonal forecast to compare with.", "N", DataOptionType.Count),
    ];

    public override IReadOnlyList<DatasetFormat> DatasetFormats { get; } = [new WindowFormat()];

    public override Format<ModelSpec> Model => ModelFormat.Forecast;

    public override string OutputsName => ModelContext.Forecast.OutputsName;

    public override Shape ExampleInput => new(1);

    public override bool PredictsLabels => false;

    public override bool PredictsEveryStep => false;

    public override IReadOnlyList<string> Losses { get; } = ["mse", "mae", "huber", "quantile", "gaussian"];

    public override IReadOnlyList<MetricColumn> Metrics => ForecastScore.Columns;

    public override IReadOnlyList<TaskUse> Uses { get; } = [new("predict", "forecast what comes after the end of the data")];

    protected override ObjectFormat<ForecastDataSpec> Data => ForecastDataFormat.Instance;

    protected override string DataName => "forecastData";

    public override FileMatch Match(string? path, IReadOnlySet<string> keys)
    {
        if (path is null || keys.Contains("targets")) return FileMatch.Certain;
        return TableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) ? FileMatch.Likely : FileMatch.None;
    }

    public override string? InsteadOf(string option) => option switch
    {
        "--steps" => "--window",
        _ => null,
    };

    public override DataFileSummary Summarize(string path) => TableSummary.Of(path, new ForecastDataSpec { Targets = [] }.MissingValues);

    protected override ForecastDataSpec Complete(ForecastDataSpec data, string? path, IReadOnlySet<string> given) => data with
    {
        Path = path,
        Targets = given.Contains("targets") ? data.Targets : [path is null ? MackeyGlass.ColumnName : OnlyColumn(path, data)],
        Window = given.Contains("window") ? data.Window : Math.Max(data.Window, data.Season ?? 0),
    };

    protected override PreparedTask Prepare(ForecastDataSpec data, string baseDirectory, TrainingSpec training) => ForecastTask.Load(data, baseDirectory);

    protected override FittedTask Restore(string preparation, ForecastDataSpec data, string name) => new FittedForecast(preparation, data);

    /// <summary>The one column of numbers of a table.</summary>
    private static string OnlyColumn(string path, ForecastDataSpec data)
    {
        Table table = TableFile.Read(path, new CsvFormat { MissingValues = data.MissingValues, Time = data.Time });
        string[] names = [.. table.Columns.Where(column => column.IsNumeric).Select(column => column.Name)];
        if (names.Length == 1) return names[0];
        throw new InvalidInputException(
            names.Length == 0 ? "the table has no column of numbers" : $"the table has {names.Length} columns of numbers, and none is named to be forecast",
            names.Length == 0 ? "Give a table with numbers" : $"Name it with --target: {string.Join(", ", names.Take(20))}",
            new SourceLocation(path));
    }
}

using System.Globalization;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Series;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>Forecasting: the next values of numbers over time.</summary>
internal sealed class ForecastKind : TaskKind<ForecastDataSpec>
{
    private static readonly string[] TableExtensions = [".csv", ".tsv", ".parquet", ".arrow", ".feather", ".npy", ".npz"];

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
        new("--series", "series", "A column that says which series a row belongs to; may be given many times. One model learns them all.", "COLUMN",
        DataOptionType.Texts),
        new("--layout", "layout", "How series lie in the table: long (a row a time), columns (a column a series), rows (a row a series).", "LAYOUT",
        DataOptionType.Text),
        new("--known", "known", "A column that is known for the rows that are forecast; may be given many times.", "COLUMN", DataOptionType.Texts),
        new("--holidays", "holidays", "A file of dates that are holidays.", "FILE", DataOptionType.Text),
        new("--normalize", "normalize", "What a window's values are relative to: none, last, mean, standard.", "RULE", DataOptionType.Text),
        new("--missing", "missing", "What to do where an input is missing: refuse, previous, linear, mean.", "RULE", DataOptionType.Text),
        new("--gaps", "gaps", "What to do where rows are missing: ignore, insert, cut.", "RULE", DataOptionType.Text),
        new("--fill-down", "fillDown", "A column of merged cells: each empty cell is the one above it; may be given many times.", "COLUMN",
            DataOptionType.Texts),
        new("--culture", "culture", "The culture of numbers and dates: de-DE, en-US.", "CULTURE", DataOptionType.Text),
        new("--validation", "validation", "A file of its own to validate on, in place of a part of the data.", "FILE", DataOptionType.Text),
        new("--test", "test", "A file of its own to test on, in place of a part of the data.", "FILE", DataOptionType.Text),
        new("--season", "season", "Rows of a season, for the seasonal forecast to compare with.", "N", DataOptionType.Count),
    ];

    public override IReadOnlyList<DatasetFormat> DatasetFormats { get; } = [new WindowFormat()];

    public override Format<ModelSpec> Model => ModelFormat.Forecast;

    public override string OutputsName => ModelContext.Forecast.OutputsName;

    public override Shape ExampleInput => new(1);

    public override IReadOnlyList<NamedSignal> ExampleInputsOf(DataSpec data) =>
        [.. ExampleInputs, .. (((ForecastDataSpec)data).Embedded ?? []).SelectMany(column => Read(data, column)).Select(input => input.Signal)];

    public override IEnumerable<string> InputsOf(DataSpec data, string column) => Read(data, column).Select(input => input.Name);

    public override int StepsOf(DataSpec data) => ((ForecastDataSpec)data).Window;

    public override bool PredictsLabels => false;

    public override bool PredictsEveryStep => false;

    public override IReadOnlyList<string> Losses { get; } = ["mse", "mae", "huber", "quantile", "gaussian", "studentT", "negativeBinomial"];

    public override IReadOnlyList<MetricColumn> Metrics => ForecastScore.Columns;

    public override IReadOnlyList<TaskUse> Uses { get; } = [new("predict", "forecast what comes after the end of the data")];

    protected override ObjectFormat<ForecastDataSpec> Data => ForecastDataFormat.Instance;

    protected override string DataName => "forecastData";

    public override FileMatch Match(string? path, IReadOnlySet<string> keys)
    {
        if (path is null || keys.Contains("targets")) return FileMatch.Certain;
        if (Directory.Exists(path)) return FileMatch.None;
        return TableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) || TableFile.LooksLikeTable(path)
            ? FileMatch.Likely
            : FileMatch.None;
    }

    private static IEnumerable<TokenInput> Read(DataSpec data, string column) => TokenInput.Of(column, (ForecastDataSpec)data);

    public override string? InsteadOf(string option) => option switch
    {
        "--steps" => "--window",
        _ => null,
    };

    public override DataFileSummary Summarize(string path) => TableSummary.Of(path);

    public override int? HorizonOf(DataSpec data) => ((ForecastDataSpec)data).Horizon;

    /// <summary>Moves the origin: the validation rows stay as many as they are, and all rows before them train.</summary>
    public override string? OriginChange(DataSpec data, int later)
    {
        var spec = (ForecastDataSpec)data;
        if (spec.Test is not null)
        {
            throw new InvalidInputException(
                "data.test names a file, and a backtest takes its origins from the end of data.path",
                "Leave data.test out, or put its rows behind those of data.path");
        }

        double part = spec.Validation is null ? spec.Split.Validation : 0;
        string validation = part.ToString("R", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""data.split={"train":"rest","validation":{{validation}},"test":{{spec.Horizon}},"unused":{{later}}}""");
    }

    protected override ForecastDataSpec Complete(ForecastDataSpec data, string? path, IReadOnlySet<string> given) =>
        path is not null ? ForecastDetection.Complete(data, path, given) : data with
        {
            Path = path,
            Targets = [MackeyGlass.ColumnName],
        };

    protected override PreparedTask Prepare(ForecastDataSpec data, string baseDirectory, TrainingSpec training)
    {
        if (training.Loss is not NegativeBinomial) return ForecastTask.Load(data, baseDirectory);
        ForecastSpecCheck.CheckCounts(data);
        ForecastTask task = ForecastTask.Load(data, baseDirectory);
        task.RefuseOtherThanCounts();
        return task;
    }

    protected override FittedTask Restore(string preparation, ForecastDataSpec data, string name) => new FittedForecast(preparation, data);
}

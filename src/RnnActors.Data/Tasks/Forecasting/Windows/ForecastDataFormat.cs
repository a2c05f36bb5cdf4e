using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>The keys of a forecast's data.</summary>
internal static class ForecastDataFormat
{
    private static readonly Format<string> Text = new TextFormat();
    private static readonly Format<string> Name = new TextFormat { NotEmpty = true };

    public static ObjectFormat<ForecastDataSpec> Instance { get; } = new ObjectFormat<ForecastDataSpec>(
        "an object that describes a table", new() { Targets = [] })
        .Key(
            "path", "A table, CSV, Parquet, Arrow or NumPy, perhaps in gzip or ZIP, beside the specification where it is relative; null for the built-in "
            + "Mackey-Glass series.",
            Name.OrNothing(), d => d.Path, (d, v) => d with { Path = v })
        .Key(
            "time", "The column of dates, or two that are joined, as \"Date+Time\"; null to find it.",
            Name.OrNothing(), d => d.Time, (d, v) => d with { Time = v })
        .Key(
            "timeFormat", "How dates are written: a .NET pattern such as dd.MM.yy, \"epoch\" (seconds), \"epochMs\" or \"excel\" (days); null to detect it.",
            Name.OrNothing(), d => d.TimeFormat, (d, v) => d with { TimeFormat = v })
        .Key(
            "inputs", "Columns that the network reads; \"*\" for every column of numbers.",
            new ListFormat<string>("column names", Name, 1), d => d.Inputs, (d, v) => d with { Inputs = v })
        .Required(
            "targets", "Columns to forecast.",
            new ListFormat<string>("column names", Name, 1), d => d.Targets, (d, v) => d with { Targets = v })
        .Key(
            "series", "Columns that say which series a row belongs to; one model learns them all.",
            new ListFormat<string>("column names", Name), d => d.Series, (d, v) => d with { Series = v })
        .Key(
            "layout", "How series lie in the table: a row a time (long), each target column a series (columns), or each row a series (rows).",
            Names.Of<SeriesLayout>(), d => d.Layout, (d, v) => d with { Layout = v })
        .Key(
            "known", "Columns that are known for the rows that are forecast, such as promotions: read over the horizon too.",
            new ListFormat<string>("column names", Name), d => d.Known, (d, v) => d with { Known = v })
        .Optional(
            "embedded", "Columns of categories for embedding layers: each is an input by the column's name, which a layer reads: {\"embedding\": 4, "
            + "\"reads\": [\"store\"]}. Token 0 is for what the training rows do not have. One that is known ahead is read over the horizon too, as a second "
            + "input: store_ahead.",
            new ListFormat<string>("column names", Name).OrNothing(), d => d.Embedded, (d, v) => d with { Embedded = v is { Count: 0 } ? null : v })
        .Key(
            "lags", "Rows back whose targets are inputs too, beyond the window.",
            new ListFormat<int>("numbers of rows", Numbers.Whole(1)), d => d.Lags, (d, v) => d with { Lags = v })
        .Key(
            "rollingMeans", "Rows over which means of the targets, up to each row, are inputs too.",
            new ListFormat<int>("numbers of rows", Numbers.Whole(2)), d => d.RollingMeans, (d, v) => d with { RollingMeans = v })
        .Key(
            "holidays", "A file of dates that are holidays, one a line; known ahead; null for none.",
            Name.OrNothing(), d => d.Holidays, (d, v) => d with { Holidays = v })
        .Key("window", "Rows that the network looks back at.", Numbers.Whole(1), d => d.Window, (d, v) => d with { Window = v })
        .Key("horizon", "Rows ahead that are forecast, all at once.", Numbers.Whole(1), d => d.Horizon, (d, v) => d with { Horizon = v })
        .Key(
            "split", "Parts in order of time, each a fraction of the rows or, above 1, a number of rows.",
            SplitFormat.Instance, d => d.Split, (d, v) => d with { Split = v })
        .Optional("validation", "A file of its own to validate on, in place of a part of path.", Name.OrNothing(), d => d.Validation,
            (d, v) => d with { Validation = v })
        .Optional("test", "A file of its own to test on, in place of a part of path.", Name.OrNothing(), d => d.Test, (d, v) => d with { Test = v })
        .Key("scale", "How values are scaled, fitted on the training rows alone.", Names.Of<Scaling>(), d => d.Scale, (d, v) => d with { Scale = v })
        .Key(
            "transform", "A function applied before scaling, and undone in every reported number.",
            Names.Of<ValueTransform>(), d => d.Transform, (d, v) => d with { Transform = v })
        .Optional(
            "transforms", "Transforms of single columns in place of that: {\"price\": \"log\"}; inputs that are known ahead too.",
            new MapFormat<ValueTransform>("an object of columns and their transforms", Names.Of<ValueTransform>()).OrNothing(),
            d => d.Transforms, (d, v) => d with { Transforms = v is { Count: 0 } ? null : v })
        .Key(
            "backTransform", "Whether a forecast of a transformed target is the median of what may come, or its mean, which has the least squared error.",
            Names.Of<BackTransform>(), d => d.BackTransform, (d, v) => d with { BackTransform = v })
        .Key(
            "relativeTo", "What a target is relative to: nothing, the window's last value, or the value a season before.",
            Names.Of<TargetBase>(), d => d.RelativeTo, (d, v) => d with { RelativeTo = v })
        .Key(
            "normalize", "What a window's values are relative to, inputs and targets: nothing, its last value, its mean, or mean and deviation "
            + "(standard).",
            Names.Of<WindowNormalization>(), d => d.Normalize, (d, v) => d with { Normalize = v })
        .Key(
            "gaps", "What to do where rows are missing between two dates: ignore them, insert rows without values, or cut windows there.",
            Names.Of<GapRule>(), d => d.Gaps, (d, v) => d with { Gaps = v })
        .Key(
            "season", "Rows of a season, for the seasonal forecast that results are compared with; null where there is none.",
            Numbers.Whole(2).OrNull(), d => d.Season, (d, v) => d with { Season = v })
        .Key(
            "calendar", "Features of the date that the network is given too.",
            new ListFormat<CalendarFeature>("calendar features", Names.Of<CalendarFeature>()), d => d.Calendar, (d, v) => d with { Calendar = v })
        .Key(
            "header", "Whether the first line names the columns; null to detect it.",
            new BooleanFormat().OrNull(), d => d.Header, (d, v) => d with { Header = v })
        .Key(
            "headerLines", "How many lines the header has; the first of them names the columns; null to detect it.",
            Numbers.Whole(1).OrNull(), d => d.HeaderLines, (d, v) => d with { HeaderLines = v })
        .Optional(
            "fillDown", "Columns of a CSV file whose empty cells are those above them, as merged cells of a spreadsheet are saved.",
            new ListFormat<string>("column names", Name).OrNothing(), d => d.FillDown, (d, v) => d with { FillDown = v is { Count: 0 } ? null : v })
        .Key("footerLines", "How many lines at the end are no rows.", Numbers.Whole(0), d => d.FooterLines, (d, v) => d with { FooterLines = v })
        .Key(
            "delimiter", "The character between fields; null to detect it.",
            new CharacterFormat().OrNull(), d => d.Delimiter, (d, v) => d with { Delimiter = v })
        .Key("quote", "The character around fields.", new CharacterFormat(), d => d.Quote, (d, v) => d with { Quote = v })
        .Key(
            "culture", "The culture of numbers and dates: a name such as de-DE; empty for the invariant one.",
            Text, d => d.Culture, (d, v) => d with { Culture = v })
        .Key("encoding", "A .NET encoding name.", Name, d => d.Encoding, (d, v) => d with { Encoding = v })
        .Key(
            "missing", "What to do where an input is missing: refuse the file, or fill it. Missing targets are neither trained on nor scored.",
            Names.Of<MissingRule>(), d => d.Missing, (d, v) => d with { Missing = v })
        .Key(
            "missingValues", "Fields that mean that a value is missing, beside the empty one.",
            new ListFormat<string>("strings", Text), d => d.MissingValues, (d, v) => d with { MissingValues = v })
        .Check(SeasonIsGiven);

    private static void SeasonIsGiven(ForecastDataSpec data, SourceNode node)
    {
        if (data is not { RelativeTo: TargetBase.Seasonal, Season: null }) return;
        throw new InvalidInputException(
            $"{node.PathTo("relativeTo")} is \"seasonal\", but there is no season", "Give its rows, for instance \"season\": 12", node["relativeTo"]!.Where);
    }
}

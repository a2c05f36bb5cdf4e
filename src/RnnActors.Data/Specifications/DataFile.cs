using RnnActors.Core.Problems;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Series;
using RnnActors.Data.Tables;
using RnnActors.Data.Text;

namespace RnnActors.Data.Specifications;

/// <summary>A sensible specification for a data file: that of the task's template.</summary>
internal static class DataFile
{
    private static readonly string[] TableExtensions = [".csv", ".tsv"];
    private static readonly string[] SpecificationExtensions = [".json", ".jsonc"];

    public static bool IsSpecification(string path) => SpecificationExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <param name="path">A table, a text, a folder of texts; null for the built-in series.</param>
    public static RunSpecification Specify(string? path, DataFileOptions options)
    {
        if (path is not null && !File.Exists(path) && !Directory.Exists(path)) throw InputFile.NotThere(path, path);
        return IsTable(path, options) ? Forecast(path, options) : LanguageModel(path!, options);
    }

    private static bool IsTable(string? path, DataFileOptions options) =>
        path is null || options.Targets.Count > 0 || TableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static RunSpecification Forecast(string? path, DataFileOptions options)
    {
        Refuse(options.Steps is not null, "--steps", "a table", "--window");
        Refuse(options.Unit is not null, "--unit", "a table", "--target");
        RunSpecification template = Template(TaskKind.Forecast);
        var data = (ForecastDataSpec)template.Data;
        return template with
        {
            Data = data with
            {
                Path = path,
                Targets = options.Targets.Count > 0 ? options.Targets : [path is null ? MackeyGlass.ColumnName : OnlyColumn(path, data, options)],
                Inputs = options.Inputs.Count > 0 ? options.Inputs : data.Inputs,
                Time = options.Time,
                Season = options.Season,
                Window = options.Window ?? Math.Max(data.Window, options.Season ?? 0),
                Horizon = options.Horizon ?? data.Horizon,
            },
        };
    }

    private static RunSpecification LanguageModel(string path, DataFileOptions options)
    {
        Refuse(options.Inputs.Count > 0, "--input", "a text", "--target if it is a table");
        Refuse(options.Time is not null, "--time", "a text", "--target if it is a table");
        Refuse(options.Window is not null, "--window", "a text", "--steps, or --target if it is a table");
        Refuse(options.Horizon is not null, "--horizon", "a text", "--target if it is a table");
        Refuse(options.Season is not null, "--season", "a text", "--target if it is a table");
        RunSpecification template = Template(TaskKind.LanguageModel);
        var data = (TextDataSpec)template.Data;
        return template with { Data = data with { Path = path, Steps = options.Steps ?? data.Steps, Unit = options.Unit ?? data.Unit } };
    }

    private static RunSpecification Template(TaskKind task) => RunSpecification.Parse(Templates.For(task), "the template", Directory.GetCurrentDirectory());

    /// <summary>The one column of numbers of a table.</summary>
    private static string OnlyColumn(string path, ForecastDataSpec data, DataFileOptions options)
    {
        Table table = CsvTable.Read(path, new CsvFormat { MissingValues = data.MissingValues, Time = options.Time });
        string[] names = [.. table.Columns.Where(column => column.IsNumeric).Select(column => column.Name)];
        if (names.Length == 1) return names[0];
        throw new InvalidInputException(
            names.Length == 0 ? "the table has no column of numbers" : $"the table has {names.Length} columns of numbers, and none is named to be forecast",
            names.Length == 0 ? "Give a table with numbers" : $"Name it with --target: {string.Join(", ", names.Take(20))}",
            new SourceLocation(path));
    }

    private static void Refuse(bool given, string option, string of, string instead)
    {
        if (given) throw new InvalidInputException($"{option} means nothing for {of}", $"Leave it out, or use {instead}");
    }
}

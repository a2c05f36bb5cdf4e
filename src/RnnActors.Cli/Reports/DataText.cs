using System.Globalization;
using RnnActors.Cli.Display;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Text;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>What is in a file of data, and a command that trains on it.</summary>
internal static class DataText
{
    private static readonly string[] TableExtensions = [".csv", ".tsv"];

    public static void Write(Terminal terminal, string path)
    {
        if (TableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)) WriteTable(terminal, path);
        else WriteText(terminal, path);
    }

    private static void WriteTable(Terminal terminal, string path)
    {
        var table = CsvTable.Read(path, new CsvFormat { MissingValues = new ForecastDataSpec { Targets = [] }.MissingValues });
        terminal.Console.WriteLine($"{path}: a table of {Figures.Plural(table.Rows, "row")} and {Figures.Plural(table.Columns.Count, "column")}{Span(table)}");
        var columns = new Spectre.Console.Table { Border = TableBorder.None };
        columns.AddColumn(new TableColumn("[grey]column[/]").PadLeft(2));
        foreach (string name in (string[])["smallest", "mean", "largest", "missing"]) columns.AddColumn(new TableColumn($"[grey]{name}[/]").RightAligned().PadLeft(2));
        foreach (var column in table.Columns) columns.AddRow([Markup.Escape(column.Name), .. Cells(column)]);
        terminal.Console.Write(columns);
        string[] numbers = [.. table.Columns.Where(column => column.IsNumeric).Select(column => column.Name)];
        if (numbers.Length == 0) return;
        Suggest(terminal, numbers.Length == 1 ? ["train", path] : ["train", path, "--target", numbers[^1]]);
    }

    private static void WriteText(Terminal terminal, string path)
    {
        var specification = RunSpecification.ForDataFile(path, new DataFileOptions());
        var spec = (TextDataSpec)specification.Data;
        var task = TextTask.Load(spec with { Split = new(1), Steps = 1 }, specification.BaseDirectory, 1);
        terminal.Console.WriteLine($"{path}: a text of {Figures.Count(task.Train.Rows + 1L)} characters, {task.Vocabulary.Count} of them different");
        Suggest(terminal, ["train", path]);
    }

    private static string Span(Data.Tables.Table table) =>
        table.Times is { Count: > 0 } times ? string.Create(CultureInfo.InvariantCulture, $", from {times[0]:yyyy-MM-dd HH:mm} to {times[^1]:yyyy-MM-dd HH:mm}") : "";

    private static string[] Cells(Column column)
    {
        double[] there = [.. column.Values.Where(double.IsFinite)];
        string missing = Figures.Count(column.Values.Length - there.Length);
        return column.IsNumeric ? [Figures.Number(there.Min()), Figures.Number(there.Average()), Figures.Number(there.Max()), missing] : ["[grey]no numbers[/]", "", "", ""];
    }

    private static void Suggest(Terminal terminal, string[] command)
    {
        terminal.Console.WriteLine();
        terminal.Console.WriteLine("To train on it:");
        terminal.Output.WriteLine($"    {terminal.Invocation.Of(command)}");
    }
}

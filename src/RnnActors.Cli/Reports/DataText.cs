using RnnActors.Cli.Display;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>What is in a file of data, and a command that trains on it.</summary>
internal static class DataText
{
    public static void Write(Terminal terminal, string path)
    {
        DataFileSummary summary = TaskKinds.ForFile(path, new HashSet<string>()).Summarize(path);
        terminal.Console.WriteLine(summary.Text);
        if (summary.Table is { } table) terminal.Console.Write(Table(table));
        if (summary.TrainArguments is not { } arguments) return;
        terminal.Console.WriteLine();
        terminal.Console.WriteLine("To train on it:");
        terminal.Output.WriteLine($"    {terminal.Invocation.Of(["train", path, .. arguments])}");
    }

    private static Table Table(SummaryTable summary)
    {
        var table = new Table { Border = TableBorder.None };
        for (int i = 0; i < summary.Header.Count; i++)
        {
            var column = new TableColumn($"[grey]{Markup.Escape(summary.Header[i])}[/]").PadLeft(2);
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        foreach (var row in summary.Rows) table.AddRow([.. row.Select(Markup.Escape)]);
        return table;
    }
}

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
        if (summary.Table is { } table) terminal.Console.Write(SummaryTables.Of(table));
        foreach (string note in summary.Notes) terminal.Console.WriteLine($"  {note}");
        if (summary.TrainArguments is not { } arguments) return;
        terminal.Console.WriteLine();
        terminal.Console.WriteLine("To train on it:");
        terminal.Output.WriteLine($"    {terminal.Invocation.Of(["train", path, .. arguments])}");
    }
}

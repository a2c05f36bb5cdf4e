using System.Text.Json;
using RnnActors.Cli.Display;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Preparing;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>A summary of a data file, with a command that trains on it.</summary>
internal static class DataText
{
    public static async Task WriteAsync(Terminal terminal, string path)
    {
        DataFileSummary summary = TaskKinds.ForFile(path, new HashSet<string>()).Summarize(path);
        terminal.Console.WriteLine(summary.Text);
        if (summary.Table is { } table) terminal.Console.Write(SummaryTables.Of(table));
        foreach (string note in summary.Notes) terminal.Console.WriteLine($"  {note}");
        if (summary.TrainArguments is not { } arguments) return;
        await WriteFindingsAsync(terminal, path, arguments).ConfigureAwait(false);
        terminal.Console.WriteLine();
        terminal.Console.WriteLine("To train on it:");
        terminal.Output.WriteLine($"    {terminal.Invocation.Of(["train", path, .. arguments])}");
    }

    /// <summary>A command's options as keys of a specification.</summary>
    private static string[] Keys(string path, IReadOnlyList<string> arguments)
    {
        IReadOnlyList<DataOption> options = TaskKinds.ForFile(path, new HashSet<string>()).Options;
        List<string> keys = [];
        for (int i = 0; i + 1 < arguments.Count; i += 2)
        {
            if (options.FirstOrDefault(known => known.Name == arguments[i]) is not { } option) continue;
            string text = JsonSerializer.Serialize(arguments[i + 1]);
            string value = option.Type switch { DataOptionType.Texts => $"[{text}]", DataOptionType.Count => arguments[i + 1], _ => text };
            keys.Add($"data.{option.Key}={value}");
        }

        return [.. keys];
    }

    /// <summary>Prints the findings for training on the file as it is; nothing if more information is needed.</summary>
    private static async Task WriteFindingsAsync(Terminal terminal, string path, IReadOnlyList<string> arguments)
    {
        PreparedRun run;
        try
        {
            run = PreparedRun.Create(Path.GetFileNameWithoutExtension(path), RunSpecification.ForDataFile(path, Keys(path, arguments)));
        }
        catch (InvalidInputException)
        {
            return; // train reports it, with what to do
        }

        await FindingText.WriteAsync(terminal, run).ConfigureAwait(false);
    }
}

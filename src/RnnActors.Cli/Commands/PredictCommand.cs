using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Core.Problems;
using RnnActors.Data.Wording;

namespace RnnActors.Cli.Commands;

/// <summary><c>predict</c>: the rows behind the end of a file, as CSV.</summary>
internal static class PredictCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var data = new Argument<string?>("data")
        {
            Description = "Another file of the same kind. Without it, the run's own, as it is now.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--out") { Description = "The file to write. Without it, the standard output.", HelpName = "FILE.csv" };
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var command = new Command("predict", "Forecasts the rows that come after the end of a file.") { path, data, file, best, last };
        command.SetAction(parsed =>
        {
            var choice = RunOptions.Choice(parsed.GetValue(best), parsed.GetValue(last));
            var run = RunOptions.Open(parsed.GetRequiredValue(path), warning => terminal.Error.WriteLine($"Warning: {warning}"));
            string[] lines = [.. run.Predict(parsed.GetValue(data), choice).ToCsv()];
            if (parsed.GetValue(file) is not { } to)
            {
                foreach (string line in lines) terminal.Output.WriteLine(line);
                return;
            }

            Write(to, lines);
            terminal.Error.WriteLine($"{Figures.Plural(lines.Length - 1, "row")} to {to}");
        });
        return command;
    }

    private static void Write(string path, string[] lines)
    {
        try
        {
            File.WriteAllLines(path, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"the forecast cannot be written: {e.Message.TrimEnd('.')}", "Give another file with --out", new SourceLocation(path), e);
        }
    }
}

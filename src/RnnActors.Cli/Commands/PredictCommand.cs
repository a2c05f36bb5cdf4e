using System.CommandLine;
using System.Globalization;
using RnnActors.Cli.Display;
using RnnActors.Cli.Runs;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Forecasting;

namespace RnnActors.Cli.Commands;

/// <summary><c>predict</c>: the rows behind the end of a file, as CSV.</summary>
internal static class PredictCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var data = new Argument<string?>("data") { Description = "Another file of the same kind. Without it, the run's own, as it is now.", Arity = ArgumentArity.ZeroOrOne };
        var file = new Option<string?>("--out") { Description = "The file to write. Without it, the standard output.", HelpName = "FILE.csv" };
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var command = new Command("predict", "Forecasts the rows that come after the end of a file.") { path, data, file, best, last };
        command.SetAction(parsed =>
        {
            var choice = RunOptions.Choice(parsed.GetValue(best), parsed.GetValue(last));
            var run = RunOptions.Open(parsed.GetRequiredValue(path), warning => terminal.Error.WriteLine($"Warning: {warning}"));
            if (run.Specification.Data is not ForecastDataSpec table)
                throw new InvalidInputException("this run is a language model, which continues texts", "Use generate", new SourceLocation(run.Folder.Shown));
            if (parsed.GetValue(data) is { } other && !File.Exists(other)) throw MissingPath.Refuse(other, "there is no such file");
            var task = Load(run, parsed.GetValue(data));
            var forecast = task.Forecast(Prediction.Run(run.Model, run.Parameters(choice).Memory, task.Next));
            string[] lines = [.. Csv(forecast, table.Time)];
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

    private static ForecastTask Load(TrainedRun run, string? data)
    {
        const string remedy = "Put them back, or name a file of other data behind the run";
        if (data is null) TrainedRun.RefuseMissingData(run.Specification, remedy);
        return (data ?? run.Specification.DataPath) is { } path
            ? ForecastTask.LoadTrained(run.Identity.Preparation, path)
            : (ForecastTask)run.LoadTask(run.Specification, remedy);
    }

    /// <summary>A header, then a line for each step of the horizon.</summary>
    private static IEnumerable<string> Csv(Forecast forecast, string? time)
    {
        string first = forecast.Time[0].Date is null ? "row" : time ?? "time";
        yield return string.Join(',', forecast.Targets.Select(target => target.Name).Prepend(first).Select(Field));
        for (int step = 0; step < forecast.Time.Count; step++)
            yield return string.Join(',', forecast.Targets.Select(target => target.Values[step].ToString("G9", CultureInfo.InvariantCulture)).Prepend(Field(forecast.Time[step].Label)));
    }

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static void Write(string path, string[] lines)
    {
        try
        {
            File.WriteAllLines(path, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the forecast cannot be written: {e.Message.TrimEnd('.')}", "Give another file with --out", new SourceLocation(path), e);
        }
    }
}

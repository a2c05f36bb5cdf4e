using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Plots;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;
using RnnActors.Data.Trained;
using RnnActors.Data.Wording;
using RnnActors.Interop.Predictions;
using RnnActors.Runs.Trained;

namespace RnnActors.Cli.Commands;

/// <summary><c>predict</c>: a network's predictions for a file, for texts or for the standard input, as CSV, JSON lines, Parquet or NumPy.</summary>
internal static class PredictCommand
{
    private const string StandardInput = "-";

    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var data = new Argument<string?>("data")
        {
            Description = "Another file of the same kind, or - for the standard input: a table as CSV, or a text a line. Without it, the run's own, as it "
                + "is now.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var texts = new Option<string[]>("--text")
        {
            Description = "A text to answer; may be given many times.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => [],
        };
        var json = CommandOptions.Json();
        var file = new Option<string?>("--out")
        {
            Description = "The file to write: .csv, .jsonl, .parquet, .npy or .npz. Without it, the standard output.",
            HelpName = "FILE",
        };
        var paths = CommandOptions.AtLeast("--paths", 1, "Sample this many paths from the forecast's distribution, in place of the forecast.");
        var plot = new Option<string?>("--plot")
        {
            Description = "Draw a forecast behind the recent rows, with its interval: a .png or a .svg.",
            HelpName = "FILE",
        };
        var shown = new PlotChoice(hasHorizons: false);
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var rows = CommandOptions.AtLeast("--rows", 1, "Forecast so many rows ahead. Beyond the horizon, forecasts are read as if they had been observed.");
        var command = new Command("predict", "Answers a file, texts or the standard input: a forecast, labels, translations.")
        {
            path, data, texts, rows, paths, file, plot,
        };
        foreach (Option option in (Option[])[.. shown.All, best, last, json]) command.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(plot) is { } drawn) PictureFile.RefuseOther(drawn, "--plot");
            var choice = RunOptions.Choice(parsed.GetValue(best), parsed.GetValue(last));
            var run = RunOptions.Open(parsed.GetRequiredValue(path), warning => terminal.Error.WriteLine($"Warning: {warning}"));
            PredictionTable answer = Answer(
                terminal, run, parsed.GetValue(data), parsed.GetValue(texts)!, choice, parsed.GetValue(paths), parsed.GetValue(rows));
            foreach (string note in answer.Notes) terminal.Error.WriteLine($"Note: {note}");
            if (Draw(run, answer, parsed.GetValue(plot), shown.Read(parsed)) is { } picture) terminal.Error.WriteLine($"plot: {ShownPath.Of(picture)}");
            bool isJson = parsed.GetValue(json);
            if (parsed.GetValue(file) is not { } to)
            {
                foreach (string line in isJson ? answer.ToJsonLines() : answer.ToCsv()) terminal.Output.WriteLine(line);
                return;
            }

            PredictionFile.Write(to, answer, isJson);
            terminal.Error.WriteLine(
                $"{Figures.Plural(answer.Rows, "row")} to {to}{(PredictionFile.FormatNote(to, isJson) is { } format ? $", {format}" : "")}");
        });
        return command;
    }

    private static PredictionTable Answer(Terminal terminal, TrainedRun run, string? data, string[] texts, ParameterChoice choice, int? paths, int? rows)
    {
        if (texts.Length == 0 && data != StandardInput) return terminal.Busy($"answering {run.Folder.Shown}", () => run.Predict(data, choice, paths, rows));
        if (texts.Length == 0 && run.ReadsTables)
        {
            string table = Console.In.ReadToEnd();
            if (string.IsNullOrWhiteSpace(table)) throw new InvalidInputException("the standard input is empty", "Give a table as CSV, with its line of names");
            return run.PredictTable(table, choice, paths, rows);
        }

        if (rows is not null) throw new InvalidInputException("--rows counts rows of a forecast, and texts have none", "Leave it out, or name a file");
        if (paths is not null) throw new InvalidInputException("--paths goes on with a file, not with texts", "Leave it out, or name a file");
        if (texts.Length > 0 && data is not null) throw new InvalidInputException("--text and a file are both given", "Give one of them");
        if (texts.Length > 0) return run.Predict(texts, choice);
        string[] lines = [.. Lines(Console.In)];
        if (lines.Length == 0) throw new InvalidInputException("the standard input is empty", "Give a text a line");
        return run.Predict(lines, choice);
    }

    /// <returns>The picture's path; null if none was asked for.</returns>
    private static string? Draw(TrainedRun run, PredictionTable answer, string? picture, PanelChoice shown)
    {
        if (picture is null)
        {
            if (!shown.IsAny) throw new InvalidInputException("--target and --series choose what is drawn, and nothing is", "Give --plot FILE.png too");
            return null;
        }

        if (answer.Panels is not { } panels)
            throw new InvalidInputException("--plot draws a forecast, and this answer is none", "Leave it out; explain draws what an answer rests on");
        ForecastPlot.Save(picture, Path.GetFileName(run.Folder.Path), panels(shown), rows: null);
        return picture;
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line) yield return line;
    }
}

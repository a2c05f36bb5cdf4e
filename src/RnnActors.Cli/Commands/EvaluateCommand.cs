using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Plots;
using RnnActors.Cli.Reports;
using RnnActors.Cli.Views;
using RnnActors.Data.Files;
using RnnActors.Data.Tasks;
using RnnActors.Data.Trained;
using RnnActors.Data.Wording;
using Spectre.Console;

namespace RnnActors.Cli.Commands;

/// <summary><c>evaluate</c>: measures a run's network on its test rows, or on all rows of another file, and compares it with baselines.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var data = new Argument<string?>("data")
        {
            Description = "Another file of the same kind. Without it, the test rows of the run's own data.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var workers = CommandOptions.Workers();
        var shown = new PlotChoice();
        var noPlot = CommandOptions.NoPlot();
        var json = CommandOptions.Json();
        var command = new Command("evaluate",
            "Measures a trained network beside simple baselines on the same rows.") { path, data, best, last, workers };
        foreach (Option option in (Option[])[.. shown.All, noPlot, json]) command.Add(option);
        command.SetAction(parsed =>
        {
            bool isJson = parsed.GetValue(json);
            var lines = new JsonLineWriter(terminal.Output);
            var choice = RunOptions.Choice(parsed.GetValue(best), parsed.GetValue(last));
            var run = RunOptions.Open(parsed.GetRequiredValue(path), warning =>
            {
                if (isJson) lines.Write("warning", ("message", warning));
                else terminal.Error.WriteLine($"Warning: {warning}");
            });
            var panels = shown.Read(parsed);
            var score = terminal.Busy(
                $"measuring {run.Folder.Shown}", () => run.Evaluate(parsed.GetValue(data), choice, parsed.GetValue(workers))).Showing(panels);
            string hash = run.HashOf(choice);
            foreach (string note in score.Notes)
            {
                if (isJson) lines.Write("warning", ("message", note));
                else terminal.Error.WriteLine($"Note: {note}");
            }

            IReadOnlyList<string> files = [];
            if (!parsed.GetValue(noPlot))
            {
                // For other data, or other parameters than the run's result, a separate page.
                string? other = parsed.GetValue(data);
                bool isOwn = other is null && choice == ParameterChoice.Result;
                string name = other is null ? choice.ToString().ToLowerInvariant() : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(other));
                files = ReportFile.WriteOf(
                    terminal, run.Folder, isOwn ? run.Folder.ReportPath : run.Folder.File($"report-{name}.html"), isOwn,
                    () => run.Tell(score, choice, terminal.Command),
                    warning => terminal.Error.WriteLine($"Warning: {warning}"));
                if (!panels.IsAny && score.Series.Count > 0)
                {
                    files =
                    [
                        .. PictureFile.SaveBoth(run.Folder.Path, isOwn ? "forecast" : $"forecast-{name}",
                            path => ForecastPlot.Save(path, Path.GetFileName(run.Folder.Path), score.Series, isOwn ? "test" : null)),
                        .. files,
                    ];
                }
            }

            if (isJson)
            {
                lines.Write("evaluated", ("files", files), ("parameters", hash), ("checkpoint", run.Checkpoint.Path), ("rows", score.Rows),
                    ("metrics", score.Metrics),
                    ("baselines", JsonView.Baselines(score)), ("standardised", score.Standardised),
                    ("breakdown", JsonView.Breakdown(score)), ("groups", JsonView.Groups(score)), ("intervals", JsonView.Intervals(score)),
                    ("confusion", JsonView.Confusion(score)));
                return;
            }

            if (!panels.IsAny)
                foreach (ComparedSeries series in score.Series) ReportText.WritePlot(terminal, series);
            ScoreTable.Write(terminal.Console, score);
            terminal.Console.WriteLine();
            foreach ((string name, string shownPath) in ReportText.Listed(files)) terminal.Output.WriteLine($"{name}: {shownPath}");
            terminal.Output.WriteLine($"parameters: {hash}  (step {Figures.Count(run.Checkpoint.Step)}, {ShownPath.Of(run.Checkpoint.Path)})");
        });
        return command;
    }
}

using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Cli.Runs;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Text;
using Spectre.Console;

namespace RnnActors.Cli.Commands;

/// <summary><c>evaluate</c>: a run's network on its test rows, or on all rows of another file, beside the simple forecasts.</summary>
internal static class EvaluateCommand
{
    private const string Remedy = "Put them back, or name a file of other data behind the run";

    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var data = new Argument<string?>("data") { Description = "Another file of the same kind. Without it, the test rows of the run's own data.", Arity = ArgumentArity.ZeroOrOne };
        var best = RunOptions.Best();
        var last = RunOptions.Last();
        var workers = CommandOptions.Workers();
        var json = CommandOptions.Json();
        var command = new Command("evaluate", "Measures a trained network beside simple forecasts of the same rows.") { path, data, best, last, workers, json };
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
            var parameters = run.Parameters(choice);
            var scoring = new Scoring(run.Model, run.Specification.Training, parameters, parsed.GetValue(workers) ?? Environment.ProcessorCount);
            var score = parsed.GetValue(data) is { } other ? OnOther(run, scoring, other) : OnOwn(run, scoring);
            string hash = TrainingCheckpoint.Hash(run.Model.Layout, parameters);
            if (isJson)
            {
                lines.Write("evaluated", ("parameters", hash), ("checkpoint", run.Checkpoint.Path), ("rows", score.Rows), ("metrics", score.Metrics),
                    ("baselines", JsonView.Baselines(score)), ("standardised", score.Standardised));
                return;
            }

            ScoreTable.Write(terminal.Console, score);
            terminal.Console.WriteLine();
            terminal.Output.WriteLine($"parameters: {hash}  (step {Figures.Count(run.Checkpoint.Step)}, {Invocation.Shown(run.Checkpoint.Path)})");
        });
        return command;
    }

    private static Score OnOwn(TrainedRun run, Scoring scoring) => scoring.Of(run.LoadTask(run.Specification, Remedy)) ?? throw new InvalidInputException(
        "this run held no rows back, so there is nothing to measure it on", "Name a file of other data behind the run", new SourceLocation(run.Folder.Shown));

    private static Score OnOther(TrainedRun run, Scoring scoring, string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) throw MissingPath.Refuse(path, "there is no such file");
        if (run.Specification.Data is TextDataSpec text)
            return scoring.OfText(TextTask.ReadTrained(run.Identity.Preparation, text, path, run.Specification.Training.Batch), "given");
        var task = ForecastTask.LoadTrained(run.Identity.Preparation, path);
        return scoring.Of(task, task.Test ?? throw new InvalidInputException(
            "the file ends before the first forecast could be compared", "Give a file with more rows", new SourceLocation(path)), "given");
    }
}

using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Pages;
using RnnActors.Cli.Telemetry;
using RnnActors.Cli.Views;
using RnnActors.Core.Checkpoints;
using RnnActors.Data.Files;
using RnnActors.Runs.Judgements;
using RnnActors.Runs.Trained;

namespace RnnActors.Cli.Commands;

/// <summary><c>resume</c>: continues a run from a checkpoint, on any number of workers, to the same bits as without the interruption.</summary>
internal static class ResumeCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var workers = CommandOptions.Workers();
        var epochs = CommandOptions.Epochs();
        var maxSteps = CommandOptions.MaxSteps();
        var seed = CommandOptions.Seed();
        var directory = CommandOptions.Out();
        var set = CommandOptions.Set();
        var data = new Option<string?>("--data")
        {
            Description = "New or longer data of the same kind. The run goes on with what was fitted to the old, in a folder of its own.",
            HelpName = "FILE",
        };
        var noPlot = CommandOptions.NoPlot();
        var json = CommandOptions.Json();
        var page = CommandOptions.Page();
        var otlp = CommandOptions.Otlp();
        var command = new Command("resume", "Goes on from the newest valid checkpoint of a run, or from the one that is named.")
        {
            path, data, workers, epochs, maxSteps, seed, directory, set, noPlot, json, page, otlp,
        };
        var trackers = new TrackerOptions();
        trackers.AddTo(command);
        var cluster = new ClusterChoice();
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var contacts = cluster.Read(parsed, parsed.GetValue(workers));
            using var problems = new LateProblems(terminal);
            using var export = OtlpExport.Start(parsed.GetValue(otlp), contacts is not null, problems.Add);
            var view = RunViews.For(terminal, parsed.GetValue(json));
            var trained = RunOptions.Open(parsed.GetRequiredValue(path), view.Warned);
            List<string> changes = [.. parsed.GetValue(set)!];
            if (parsed.GetValue(epochs) is { } more) changes.Add($"training.epochs={more}");
            if (parsed.GetValue(seed) is { } other) changes.Add($"training.seed={other}");
            var prepared = parsed.GetValue(data) is { } file
                ? Resumption.PrepareOn(trained, file, changes, parsed.GetValue(directory), parsed.GetValue(maxSteps))
                : Resumption.Prepare(trained, changes, parsed.GetValue(directory), parsed.GetValue(maxSteps));
            if (parsed.GetValue(data) is not null)
                view.Warned($"Goes on from {ShownPath.Of(trained.Checkpoint.Path)} with the scales that were fitted there; the best validation loss counts "
                    + $"from now");
            var run = prepared with
            {
                Offered = parsed.GetValue(workers) ?? Environment.ProcessorCount,
                Cluster = contacts,
                Command = terminal.Command,
                Priority = cluster.Priority(parsed),
            };
            await using var live = await RunPage.OpenAsync(terminal, parsed.GetValue(page), parsed.GetValue(json)).ConfigureAwait(false);
            var measured = run.Plan.IsFinished(run.Start) ? run : await CostMeasurement.MeasuredAsync(run.Arranged()).ConfigureAwait(false);
            var shown = new ShownRun(terminal, RunPage.Around(view, live), measured, !parsed.GetValue(noPlot), trackers.Open(parsed, run.Folder));
            if (run.Plan.IsFinished(run.Start)) return await shown.ReportFinishedAsync(trained.State, trained.Checkpoint.Path).ConfigureAwait(false);
            using var store = new CheckpointStore(run.Folder.Path, run.Specification.Checkpoint.Keep);
            return await shown.TrainAsync(store).ConfigureAwait(false);
        });
        return command;
    }
}

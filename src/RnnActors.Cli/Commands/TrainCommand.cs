using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Pages;
using RnnActors.Cli.Telemetry;
using RnnActors.Cli.Views;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Judgements;
using RnnActors.Runs.Preparing;

namespace RnnActors.Cli.Commands;

/// <summary><c>train</c>: trains a specification, a data file, or the built-in series, from the first step.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var what = new Argument<string?>("what")
        {
            Description = "A specification (.json) or data: a table, texts, pairs of sentences, recordings. Without it, the built-in Mackey-Glass series.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var keys = new SpecificationOptions();
        var workers = CommandOptions.Workers();
        var maxSteps = CommandOptions.MaxSteps();
        var directory = CommandOptions.Out();
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the run that the folder holds." };
        var noPlot = CommandOptions.NoPlot();
        var json = CommandOptions.Json();
        var page = CommandOptions.Page();
        var otlp = CommandOptions.Otlp();
        var folds = new Option<int?>("--folds")
        {
            Description = "Cross-validate: train so many times, each tested on another part of the examples.",
            HelpName = "K",
        };
        var find = new Option<bool>(LearningRateRun.Option)
        {
            Description = "Train nothing, but suggest a learning rate: 100 steps of a copy, with a rate that grows.",
        };
        var command = new Command("train", "Trains a network, and compares it with simple baselines on the same rows.")
        {
            what, workers, maxSteps, directory, overwrite, folds, find, noPlot, json, page, otlp,
        };
        keys.AddTo(command);
        var trackers = new TrackerOptions();
        trackers.AddTo(command);
        var cluster = new ClusterChoice();
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var contacts = cluster.Read(parsed, parsed.GetValue(workers));
            (string name, RunSpecification specification) = keys.Resolve(parsed, parsed.GetValue(what));
            if (parsed.GetValue(find) && (contacts is not null || parsed.GetValue(folds) is not null || parsed.GetValue(page) is not null))
                throw new InvalidInputException($"{LearningRateRun.Option} looks for a rate in this process, and trains nothing",
                    "Leave --cluster, --folds and --page out");
            using var problems = new LateProblems(terminal);
            using var export = OtlpExport.Start(parsed.GetValue(otlp), contacts is not null, problems.Add);
            if (parsed.GetValue(folds) is { } count)
            {
                trackers.Refuse(parsed, "--folds trains several runs");
                if (parsed.GetValue(page) is not null)
                    throw new InvalidInputException("--page shows one run, and --folds trains several", "Leave one of them out");
                if (contacts is not null) throw new InvalidInputException("--folds trains in this process", "Leave --cluster out");
                return await FoldedRun.TrainAsync(
                    terminal, parsed.GetValue(json), name, specification, parsed.GetValue(directory), count, parsed.GetValue(workers),
                    !parsed.GetValue(noPlot)).ConfigureAwait(false);
            }

            var prepared = terminal.Busy($"reading {name}", () => PreparedRun.Create(name, specification, parsed.GetValue(maxSteps)));
            string? chosen = parsed.GetValue(directory) ?? specification.CheckpointDirectory;
            var folder = chosen is null ? RunFolder.NewFor(name) : new RunFolder(chosen);
            if (parsed.GetValue(find))
            {
                return await new LearningRateRun(terminal, parsed.GetValue(json), prepared, folder, [.. parsed.Tokens.Select(token => token.Value)])
                    .ShowAsync(parsed.GetValue(workers) ?? Environment.ProcessorCount, !parsed.GetValue(noPlot)).ConfigureAwait(false);
            }

            await using var shown = await RunPage.OpenAsync(terminal, parsed.GetValue(page), parsed.GetValue(json)).ConfigureAwait(false);
            using var store = folder.Begin(specification.Checkpoint.Keep, parsed.GetValue(overwrite));
            var run = new RunOverview(prepared, folder)
            {
                Offered = parsed.GetValue(workers) ?? Environment.ProcessorCount,
                Cluster = contacts,
                Command = terminal.Command,
                Priority = cluster.Priority(parsed),
            };
            var measured = await CostMeasurement.MeasuredAsync(run.Arranged()).ConfigureAwait(false);
            return await new ShownRun(terminal, RunPage.Around(RunViews.For(terminal, parsed.GetValue(json)), shown), measured, !parsed.GetValue(noPlot),
                trackers.Open(parsed, folder))
                .TrainAsync(store).ConfigureAwait(false);
        });
        return command;
    }
}

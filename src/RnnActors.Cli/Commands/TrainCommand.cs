using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Runs;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Training.Arrangement;

namespace RnnActors.Cli.Commands;

/// <summary><c>train</c>: a specification, a data file, or the built-in series, from the first step.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var what = new Argument<string?>("what")
        {
            Description = "A specification (.json), a table (.csv), a text or a folder of texts. Without it, the built-in Mackey-Glass series.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var keys = new SpecificationOptions();
        var workers = CommandOptions.Workers();
        var maxSteps = CommandOptions.MaxSteps();
        var directory = CommandOptions.Out();
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace the run that the folder holds." };
        var noPlot = CommandOptions.NoPlot();
        var json = CommandOptions.Json();
        var command = new Command("train", "Trains a network, and compares it with simple forecasts of the same rows.") { what, workers, maxSteps, directory, overwrite, noPlot, json };
        keys.AddTo(command);
        var cluster = new ClusterChoice();
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var contacts = cluster.Read(parsed, parsed.GetValue(workers));
            (string name, RunSpecification specification) = keys.Resolve(parsed, parsed.GetValue(what));
            var task = PreparedTasks.Load(specification);
            var model = PreparedTasks.CreateModel(specification, task);
            long? limit = parsed.GetValue(maxSteps) ?? specification.Training.MaxSteps;
            var job = new TrainingJob(model, specification.Training with { MaxSteps = limit }, task.Train, task.Validation) { CheckpointEverySteps = specification.Checkpoint.EverySteps };
            var plan = job.CreatePlan();

            bool replaces = parsed.GetValue(overwrite);
            string? chosen = parsed.GetValue(directory) ?? specification.CheckpointDirectory;
            var folder = chosen is null ? RunFolder.NewFor(name) : new RunFolder(chosen);
            if (!replaces) folder.RefuseIfItHoldsRun();
            using var store = new CheckpointStore(folder.Path, specification.Checkpoint.Keep);
            if (replaces) folder.RemoveRun();

            int offered = parsed.GetValue(workers) ?? Environment.ProcessorCount;
            var run = new RunOverview(name, specification, task, model, plan, offered, TrainingProgress.Start, folder, contacts)
            {
                Arrangement = contacts is null ? ThreadArrangement.Choose(job, offered) : null,
            };
            var identity = new RunIdentity(specification.WithFullPaths().ToJson(), task.Preparation, task.DataHash);
            return await new TrainingSession(terminal, RunViews.For(terminal, parsed.GetValue(json)), run, job, identity, !parsed.GetValue(noPlot))
                .TrainAsync(store).ConfigureAwait(false);
        });
        return command;
    }
}

using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Runs;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Training.Arrangement;

namespace RnnActors.Cli.Commands;

/// <summary><c>resume</c>: a run goes on from a checkpoint, on any number of workers, to the bits of a run that never stopped.</summary>
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
        var noPlot = CommandOptions.NoPlot();
        var json = CommandOptions.Json();
        var command = new Command("resume", "Goes on from the newest valid checkpoint of a run, or from the one that is named.")
        {
            path, workers, epochs, maxSteps, seed, directory, set, noPlot, json,
        };
        var cluster = new ClusterChoice();
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var contacts = cluster.Read(parsed, parsed.GetValue(workers));
            var view = RunViews.For(terminal, parsed.GetValue(json));
            var trained = RunOptions.Open(parsed.GetRequiredValue(path), view.Warned);
            List<string> changes = [.. parsed.GetValue(set)!];
            if (parsed.GetValue(epochs) is { } more) changes.Add($"training.epochs={more}");
            if (parsed.GetValue(seed) is { } other) changes.Add($"training.seed={other}");
            var specification = trained.Specification.With(changes);
            var differences = RunSpecification.Differences(trained.Specification, specification);
            RefuseAnotherRun(differences, trained);

            var folder = ChooseFolder(trained, parsed.GetValue(directory), differences);
            var task = trained.LoadTask(specification, "Put them back, or say where they are: --set data.path=PATH");
            var model = PreparedTasks.CreateModel(specification, task);
            var training = specification.Training with { MaxSteps = parsed.GetValue(maxSteps) ?? specification.Training.MaxSteps };
            var state = Continued(trained.State, training);
            var job = new TrainingJob(model, training, task.Train, task.Validation, state) { CheckpointEverySteps = specification.Checkpoint.EverySteps };
            var plan = job.CreatePlan();
            int offered = parsed.GetValue(workers) ?? Environment.ProcessorCount;
            var run = new RunOverview(Path.GetFileName(folder.Path), specification, task, model, plan, offered, state.Progress, folder, contacts)
            {
                Arrangement = contacts is null ? ThreadArrangement.Choose(job, offered) : null,
            };
            var identity = new RunIdentity(specification.WithFullPaths().ToJson(), task.Preparation, task.DataHash);
            var session = new TrainingSession(terminal, view, run, job, identity, !parsed.GetValue(noPlot));
            if (plan.IsFinished(state.Progress)) return session.ReportFinished(state, trained.Checkpoint.Path);
            using var store = new CheckpointStore(folder.Path, specification.Checkpoint.Keep);
            return await session.TrainAsync(store).ConfigureAwait(false);
        });
        return command;
    }

    private static void RefuseAnotherRun(IReadOnlyList<SpecificationDifference> differences, TrainedRun trained)
    {
        if (differences.FirstOrDefault(difference => !difference.MayChange) is not { } difference) return;
        throw new InvalidInputException(
            $"{difference.Path} is {difference.Before} in this run and cannot become {difference.After}, which would be another run",
            "Leave it as it is, or train a new run",
            new SourceLocation(trained.Folder.Shown));
    }

    /// <summary>Where the run goes on: in its own folder, unless that would mix two runs.</summary>
    private static RunFolder ChooseFolder(TrainedRun trained, string? chosen, IReadOnlyList<SpecificationDifference> differences)
    {
        var folder = chosen is null ? trained.Folder : new RunFolder(chosen);
        if (folder.Path != trained.Folder.Path)
        {
            folder.RefuseIfItHoldsRun();
        }
        else if (trained.IsChosen && differences.Count > 0 && folder.Checkpoints.Steps().Any(step => step > trained.Checkpoint.Step))
        {
            throw new InvalidInputException(
                $"this folder holds later checkpoints of the run as it was, without {differences[0].Path} changed", "Give the changed run a folder of its own with --out", new SourceLocation(folder.Shown));
        }

        return folder;
    }

    /// <summary>A run that stopped early goes on where early stopping is now told to be more patient.</summary>
    private static TrainingState Continued(TrainingState state, TrainingSpec training)
    {
        state.Progress = state.Progress with { Stopped = training.EarlyStopping is { } stopping && state.Progress.EpochsSinceBest >= stopping.Patience };
        return state;
    }
}

using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;

namespace RnnActors.Runs.Trained;

/// <summary>Resumes a trained run, to the bits of a run that never stopped.</summary>
public static class Resumption
{
    /// <summary>Prepares the run to continue from its checkpoint.</summary>
    /// <param name="changes">Overrides of the form <c>training.epochs=20</c>; only keys are allowed that do not make it another run.</param>
    /// <param name="folder">Folder to continue in; null for the run's own.</param>
    /// <param name="maxSteps">Ends it after this many steps, counted from its first; null for the specification's limit.</param>
    /// <exception cref="InvalidInputException">A change makes it another run, the folder would mix two runs, or the data is gone or has changed.</exception>
    public static RunOverview Prepare(TrainedRun trained, IReadOnlyList<string>? changes = null, string? folder = null, long? maxSteps = null) =>
        Prepare(trained, trained.Specification.With(changes ?? []), folder, maxSteps);

    /// <summary>Prepares the run to continue from its checkpoint, in its own folder, with the specification as it is now.</summary>
    /// <inheritdoc cref="Prepare(TrainedRun, IReadOnlyList{string}, string, long?)"/>
    public static RunOverview Prepare(TrainedRun trained, RunSpecification specification, long? maxSteps) =>
        Prepare(trained, specification.WithFullPaths(), folder: null, maxSteps);

    private static RunOverview Prepare(TrainedRun trained, RunSpecification specification, string? folder, long? maxSteps)
    {
        var differences = RunSpecification.Differences(trained.Specification, specification);
        RefuseAnotherRun(differences, trained);
        var goesOn = ChooseFolder(trained, folder, differences);
        var task = trained.LoadTask(specification, "Put them back, or say where they are: --set data.path=PATH");
        var run = PreparedRun.Create(Path.GetFileName(goesOn.Path), specification, task, maxSteps, Continued(trained.State, specification.Training));
        return new RunOverview(run, goesOn) { GoesOnFrom = trained.Folder };
    }

    /// <summary>
    /// Prepares training to continue on new or longer data of the same kind. What was fitted to the old data, such as scales, stays; rows are split anew, and a
    /// new epoch begins. It becomes a run of its own, in another folder.
    /// </summary>
    /// <param name="data">The file of new data.</param>
    /// <param name="changes">Further overrides of the specification.</param>
    /// <param name="folder">Folder of the new run; null to choose one.</param>
    /// <param name="maxSteps">Ends it after this many steps, counted from the first run's first; null for the specification's limit.</param>
    /// <exception cref="InvalidInputException">This kind of task cannot do so, the file cannot be used, or the folder holds a run.</exception>
    public static RunOverview PrepareOn(TrainedRun trained, string data, IReadOnlyList<string> changes, string? folder = null, long? maxSteps = null)
    {
        var before = trained.Specification;
        var specification = DataPlace.Set(before.With([.. changes]), data);
        if (!changes.Any(change => change.StartsWith("training.epochs=", StringComparison.Ordinal)))
            specification = specification with { Training = specification.Training with { Epochs = trained.State.Progress.Epoch + before.Training.Epochs } };
        if (!trained.CanTakeOtherData(specification))
        {
            throw new InvalidInputException(
                $"{before.Task.Noun} is not trained further on other data: what it fitted to the old ones would not fit", "Train a new run on them",
                new SourceLocation(trained.Folder.Shown));
        }

        var goesOn = folder is null ? RunFolder.NewFor(Path.GetFileNameWithoutExtension(data)) : new RunFolder(folder);
        goesOn.RefuseIfItHoldsRun();
        var state = trained.State;
        state.Progress = TrainingProgress.Start with { Step = state.Progress.Step, Epoch = state.Progress.Epoch };
        var run = PreparedRun.Create(Path.GetFileName(goesOn.Path), specification, trained.LoadTask(specification), maxSteps, state);
        return new RunOverview(run, goesOn) { GoesOnFrom = trained.Folder };
    }

    private static void RefuseAnotherRun(IReadOnlyList<SpecificationDifference> differences, TrainedRun trained)
    {
        if (differences.FirstOrDefault(difference => !difference.MayChange) is not { } difference) return;
        throw new InvalidInputException(
            $"{difference.Path} is {difference.Before} in this run and cannot become {difference.After}, which would be another run",
            "Leave it as it is, or train a new run",
            new SourceLocation(trained.Folder.Shown));
    }

    /// <summary>The folder to continue in: the run's own, unless that would mix two runs.</summary>
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
                $"this folder holds later checkpoints of the run as it was, without {differences[0].Path} changed",
                "Give the changed run a folder of its own with --out", new SourceLocation(folder.Shown));
        }

        return folder;
    }

    /// <summary>The state to continue from. A run that stopped early continues if its early stopping has been made more patient.</summary>
    private static TrainingState Continued(TrainingState state, TrainingSpec training)
    {
        state.Progress = state.Progress with { Stopped = training.EarlyStopping is { } stopping && state.Progress.EpochsSinceBest >= stopping.Patience };
        return state;
    }
}

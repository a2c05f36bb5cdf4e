using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Trained;

/// <summary>
/// A checkpoint with everything about its run: the specification, what was fitted to the data, and the network. The data themselves are not needed.
/// </summary>
public sealed class TrainedCheckpoint
{
    private TrainedCheckpoint(Checkpoint checkpoint, IReadOnlyList<SkippedCheckpoint> skipped, bool isChosen)
    {
        (Checkpoint, Skipped, IsChosen) = (checkpoint, skipped, isChosen);
        Identity = TrainingCheckpoint.Identity(checkpoint);
        Specification = RunSpecification.Parse(Identity.Specification, $"{ShownPath.Of(checkpoint.Path)} (specification)", "");
        try
        {
            Fitted = Specification.Task.Restore(Identity.Preparation, Specification.Data, checkpoint.Path);
            int outputs = Specification.Training.Loss.OutputsFor(new TargetShape(Fitted.Outputs, false, false));
            Model = new Model(Specification.Model.WithOutputs(outputs).WithSteps(Fitted.Steps), Fitted.Inputs);
        }
        catch (InvalidInputException e) when (e.Where is null)
        {
            throw new InvalidInputException(e.Problem, e.Remedy, new SourceLocation(ShownPath.Of(checkpoint.Path)), e);
        }
    }

    public Checkpoint Checkpoint { get; }

    /// <summary>Newer checkpoints that cannot be used.</summary>
    public IReadOnlyList<SkippedCheckpoint> Skipped { get; }

    /// <summary>Whether the user named this checkpoint, rather than the run.</summary>
    public bool IsChosen { get; }

    public RunIdentity Identity { get; }

    public RunSpecification Specification { get; }

    /// <summary>What the task fitted on the training rows.</summary>
    public FittedTask Fitted { get; }

    public Model Model { get; }

    /// <summary>The calibration that the run stores beside the checkpoint, for whichever parameters.</summary>
    public CalibrationFile Calibration => new(Path.GetDirectoryName(Path.GetFullPath(Checkpoint.Path))!, Identity);

    /// <summary>Opens the newest valid checkpoint of a folder, or the given checkpoint.</summary>
    /// <param name="toTrain">Whether training continues from it: the optimizer's state is then kept in memory too.</param>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static TrainedCheckpoint Open(string path, bool toTrain = true)
    {
        Predicate<string>? keep = toTrain ? null : TrainingCheckpoint.IsParameter;
        if (File.Exists(path)) return new TrainedCheckpoint(CheckpointFile.Read(path, keep), [], isChosen: true);
        if (!Directory.Exists(path)) throw MissingPath.Refuse(path, "there is no such run");
        var search = new CheckpointFolder(path).Newest(keep);
        if (search.Found is { } found) return new TrainedCheckpoint(found, search.Skipped, isChosen: false);
        if (search.Skipped.Count > 0)
        {
            throw new InvalidInputException(
                $"none of its {search.Skipped.Count} checkpoints is whole. {string.Join(' ', search.Skipped.Select(skipped => skipped.Reason))}".TrimEnd('.'),
                "Train anew", new SourceLocation(path));
        }

        string? inside = Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal).FirstOrDefault(HoldsRun);
        throw new InvalidInputException(
            "this folder has no checkpoint, so it is not a run", inside is null
                ? "Give the folder that train wrote to"
                : $"Did you mean {ShownPath.Of(inside)}", new SourceLocation(path));
    }

    /// <summary>The parameters, (P), read from the checkpoint.</summary>
    /// <exception cref="InvalidInputException">
    /// The best parameters are asked for, and no validation has determined them; or the tensors are not the model's.
    /// </exception>
    public AlignedBuffer Parameters(ParameterChoice choice = ParameterChoice.Result)
    {
        bool hasBest = TrainingCheckpoint.HasBest(Checkpoint, Model);
        if (choice == ParameterChoice.Best && !hasBest) throw NoBest(Checkpoint.Path);
        return TrainingCheckpoint.Parameters(
            Checkpoint, Model, choice == ParameterChoice.Best
            || (choice == ParameterChoice.Result && hasBest && Specification.Training.EarlyStopping is not null));
    }

    /// <summary>The error for best parameters that do not exist.</summary>
    /// <param name="path">The checkpoint.</param>
    public static InvalidInputException NoBest(string path) =>
        new("there are no best parameters yet: no epoch has ended with a validation", "Use --last", new SourceLocation(path));

    /// <summary>The error for a network that is used for another purpose than its own.</summary>
    /// <param name="shown">The run's name for display.</param>
    public static InvalidInputException OtherUse(TaskKind kind, string shown) => new(
        $"this run is {kind.Noun}, which {kind.Purpose}", $"Use {string.Join(" or ", kind.Uses.Select(use => use.Command))}", new SourceLocation(shown));

    private static bool HoldsRun(string folder)
    {
        var checkpoints = new CheckpointFolder(folder);
        return checkpoints.Steps().Count > 0 || File.Exists(checkpoints.BestPath);
    }
}

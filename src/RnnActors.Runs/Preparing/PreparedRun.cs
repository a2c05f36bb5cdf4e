using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Preparing;

/// <summary>A run that is ready to be trained. This is the only place that puts specification, data, model, job and identity together.</summary>
public sealed class PreparedRun
{
    private PreparedRun(string name, RunSpecification specification, PreparedTask task, Model model, TrainingJob job)
    {
        (Name, Specification, Task, Model, Job) = (name, specification, task, model, job);
        Plan = job.CreatePlan();
        Identity = new RunIdentity(specification.WithFullPaths().ToJson(), task.Preparation, task.DataHash);
    }

    /// <summary>The run's display name.</summary>
    public string Name { get; }

    public RunSpecification Specification { get; }

    public PreparedTask Task { get; }

    public Model Model { get; }

    public TrainingJob Job { get; }

    public TrainingPlan Plan { get; }

    /// <summary>What checkpoints store about the run.</summary>
    public RunIdentity Identity { get; }

    /// <summary>The progress with which it begins.</summary>
    public TrainingProgress Start => Job.Start?.Progress ?? TrainingProgress.Start;

    public int StepsPerEpoch => Plan.Order.BatchesPerEpoch;

    /// <summary>Reads the data and builds the model for it.</summary>
    /// <param name="maxSteps">Ends the run after this many steps, counted from its first; null for the specification's limit.</param>
    /// <exception cref="InvalidInputException">The data cannot be read or used, or the layers do not fit it.</exception>
    public static PreparedRun Create(string name, RunSpecification specification, long? maxSteps = null) =>
        Create(name, specification, LoadTask(specification), maxSteps);

    /// <summary>Reads and prepares the data of a specification.</summary>
    /// <exception cref="InvalidInputException">The data cannot be read or used.</exception>
    /// <param name="fitted">Scales, vocabularies and so on that were fitted before, to be reused if the kind of task can; null to fit new ones.</param>
    public static PreparedTask LoadTask(RunSpecification specification, FittedTask? fitted = null)
    {
        try
        {
            return fitted?.Prepare(specification.Data, specification.BaseDirectory)
                ?? specification.Task.Prepare(specification.Data, specification.BaseDirectory, specification.Training);
        }
        catch (InvalidInputException e) when (e.Where is null && specification.DataPath is { } path)
        {
            throw new InvalidInputException(e.Problem, e.Remedy, new SourceLocation(ShownPath.Of(path)), e);
        }
    }

    /// <summary>Builds the model for the data.</summary>
    /// <exception cref="InvalidInputException">The layers do not fit the data.</exception>
    public static Model CreateModel(RunSpecification specification, PreparedTask task)
    {
        var model = new Model(specification.Model.WithOutputs(specification.Training.Loss.OutputsFor(task.Target)).WithSteps(task.Train.Steps),
            task.Train.Inputs);
        ModelCheck.Matches(model, task.Train, specification.Training.Loss);
        return model;
    }

    /// <summary>(P): the parameters that count as the run's result at a state (<see cref="RunResult"/>).</summary>
    public AlignedBuffer ResultOf(TrainingState state) => RunResult.Of(Job.Training, state);

    /// <summary>The hash of <see cref="ResultOf"/>.</summary>
    public string HashOf(TrainingState state) => TrainingCheckpoint.Hash(Model.Layout, ResultOf(state));

    /// <param name="start">The state to continue from; null for the first step.</param>
    internal static PreparedRun Create(string name, RunSpecification specification, PreparedTask task, long? maxSteps, TrainingState? start = null)
    {
        Model model = CreateModel(specification, task);
        var training = specification.Training with { MaxSteps = maxSteps ?? specification.Training.MaxSteps };
        if (start is null && task.PretrainedVectors is { } vectors)
        {
            start = TrainingState.Create(model, training, task.Train.Streams);
            vectors.WriteTo(model, start.Parameters.Span);
        }

        var job = new TrainingJob(model, training, task.Train, task.Validation, start) { CheckpointEverySteps = specification.Checkpoint.EverySteps };
        return new PreparedRun(name, specification, task, model, job);
    }
}

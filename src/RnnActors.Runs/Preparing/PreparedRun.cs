using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Preparing;

/// <summary>A run that is ready to be trained: specification, data, model, job and identity, put together in this one place.</summary>
public sealed class PreparedRun
{
    private PreparedRun(string name, RunSpecification specification, PreparedTask task, Model model, TrainingJob job)
    {
        (Name, Specification, Task, Model, Job) = (name, specification, task, model, job);
        Plan = job.CreatePlan();
        Identity = new RunIdentity(specification.WithFullPaths().ToJson(), task.Preparation, task.DataHash);
    }

    /// <summary>What people call the run.</summary>
    public string Name { get; }

    public RunSpecification Specification { get; }

    public PreparedTask Task { get; }

    public Model Model { get; }

    public TrainingJob Job { get; }

    public TrainingPlan Plan { get; }

    /// <summary>What checkpoints say of the run.</summary>
    public RunIdentity Identity { get; }

    /// <summary>Where it begins.</summary>
    public TrainingProgress Start => Job.Start?.Progress ?? TrainingProgress.Start;

    public int StepsPerEpoch => Plan.Order.BatchesPerEpoch;

    /// <summary>Reads the data and joins the layers to them.</summary>
    /// <param name="maxSteps">Ends the run after so many steps, counted from its first; null for what the specification says.</param>
    /// <exception cref="InvalidInputException">The data cannot be read or used, or the layers do not fit them.</exception>
    public static PreparedRun Create(string name, RunSpecification specification, long? maxSteps = null) =>
        Create(name, specification, LoadTask(specification), maxSteps);

    /// <summary>The data of a specification.</summary>
    /// <exception cref="InvalidInputException">They cannot be read or used.</exception>
    /// <param name="fitted">What was fitted before, to be taken over where the kind can; null to fit.</param>
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

    /// <summary>Joins the layers to the data.</summary>
    /// <exception cref="InvalidInputException">They do not fit.</exception>
    public static Model CreateModel(RunSpecification specification, PreparedTask task)
    {
        var model = new Model(specification.Model.WithOutputs(specification.Training.Loss.OutputsFor(task.Target)).WithSteps(task.Train.Steps),
            task.Train.Inputs);
        ModelCheck.Matches(model, task.Train, specification.Training.Loss);
        return model;
    }

    /// <summary>What a state of the run has to show: the parameters, (P).</summary>
    public AlignedBuffer ResultOf(TrainingState state) => RunResult.Of(Job.Training, state);

    /// <summary>The hash of <see cref="ResultOf"/>.</summary>
    public string HashOf(TrainingState state) => TrainingCheckpoint.Hash(Model.Layout, ResultOf(state));

    /// <param name="start">Where it begins; null for the first step.</param>
    internal static PreparedRun Create(string name, RunSpecification specification, PreparedTask task, long? maxSteps, TrainingState? start = null)
    {
        Model model = CreateModel(specification, task);
        var training = specification.Training with { MaxSteps = maxSteps ?? specification.Training.MaxSteps };
        if (start is null && task.StartingVectors is { } vectors)
        {
            start = TrainingState.Create(model, training, task.Train.Streams);
            vectors.WriteTo(model, start.Parameters.Span);
        }

        var job = new TrainingJob(model, training, task.Train, task.Validation, start) { CheckpointEverySteps = specification.Checkpoint.EverySteps };
        return new PreparedRun(name, specification, task, model, job);
    }
}

using RnnActors.Core.Models;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Training.Hosting;

namespace RnnActors.Runs.Preparing;

/// <summary>What is about to be trained, and where.</summary>
/// <param name="Folder">Where its checkpoints and losses go.</param>
public sealed record RunOverview(PreparedRun Run, RunFolder Folder)
{
    /// <summary>Threads of this process that may be used.</summary>
    public int Offered { get; init; } = Environment.ProcessorCount;

    /// <summary>Where it is computed; null for this process.</summary>
    public ClientOptions? Cluster { get; init; }

    public string Name => Run.Name;

    public RunSpecification Specification => Run.Specification;

    public PreparedTask Task => Run.Task;

    public Model Model => Run.Model;

    public TrainingPlan Plan => Run.Plan;

    public TrainingProgress Start => Run.Start;

    /// <summary>What of this process has something to do.</summary>
    public WorkerTeams Teams => WorkerTeams.For(Model, Specification.Training, Offered);

    public bool IsResumed => Start.Step > 0;

    public int StepsPerEpoch => Run.StepsPerEpoch;
}

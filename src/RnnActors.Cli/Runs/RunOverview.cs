using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Training.Arrangement;
using RnnActors.Training.Client;

namespace RnnActors.Cli.Runs;

/// <summary>What is about to be trained.</summary>
/// <param name="Name">What the run is called: the specification's or the data's name.</param>
/// <param name="Offered">Threads of this process.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Cluster">Where it is computed; null for this process.</param>
internal sealed record RunOverview(
    string Name, RunSpecification Specification, PreparedTask Task, Model Model, TrainingPlan Plan, int Offered, TrainingProgress Start, RunFolder Folder,
    ClientOptions? Cluster = null)
{
    /// <summary>How the threads of this process are arranged; null where it only follows a cluster.</summary>
    public ArrangedThreads? Arrangement { get; init; }

    /// <summary>What of this process has something to do.</summary>
    public WorkerTeams Teams => Arrangement?.Teams ?? WorkerTeams.For(Model, Specification.Training, Offered);

    public bool IsResumed => Start.Step > 0;

    public int StepsPerEpoch => Plan.Order.BatchesPerEpoch;
}

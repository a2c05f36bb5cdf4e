using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Training.Arrangement;
using RnnActors.Training.Client;

namespace RnnActors.Runs.Preparing;

/// <summary>What is about to be trained, and where.</summary>
/// <param name="Folder">Where its checkpoints and losses go.</param>
public sealed record RunOverview(PreparedRun Run, RunFolder Folder)
{
    /// <summary>Threads of this process that may be used.</summary>
    public int Offered { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether these threads compute only while no other thread of the machine wants their processors.</summary>
    public bool HasLowPriority { get; init; }

    /// <summary>Where it is computed; null for this process.</summary>
    public ClientOptions? Cluster { get; init; }

    /// <summary>The folder of the run that it goes on from, whose story it continues; null for a run that begins.</summary>
    public RunFolder? GoesOnFrom { get; init; }

    /// <summary>The command that the user typed; null where a program trains.</summary>
    public string? Command { get; init; }

    /// <summary>Where a cluster trains one run after the other, those of a higher priority come first.</summary>
    public int Priority { get; init; }

    public string Name => Run.Name;

    public RunSpecification Specification => Run.Specification;

    public PreparedTask Task => Run.Task;

    public Model Model => Run.Model;

    public TrainingPlan Plan => Run.Plan;

    public TrainingProgress Start => Run.Start;

    /// <summary>What of this process has something to do.</summary>
    public WorkerTeams Teams => Arrangement?.Teams ?? WorkerTeams.For(Model, Specification.Training, Offered);

    /// <summary>How this process's threads are arranged, as a short measurement found it; null where nothing was measured.</summary>
    public ArrangedThreads? Arrangement { get; init; }

    /// <summary>
    /// The same, with the arrangement of threads that is faster here, which changes no bit: measured where it is not known yet, but not beside other work.
    /// </summary>
    public RunOverview Arranged() =>
        Cluster is not null || Arrangement is not null || HasLowPriority ? this : this with { Arrangement = ThreadArrangement.Choose(Run.Job, Offered) };

    /// <summary>What it is expected to take here: the time of its training, and the most bytes of memory; null where nobody measured.</summary>
    public (TimeSpan Time, long Memory)? Expected { get; init; }

    public bool IsResumed => Start.Step > 0;

    public int StepsPerEpoch => Run.StepsPerEpoch;
}

using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Folders;
using RnnActors.Training.Arrangement;
using RnnActors.Training.Client;

namespace RnnActors.Runs.Preparing;

/// <summary>A run and the circumstances of its training: folder, threads, cluster.</summary>
/// <param name="Folder">Where its checkpoints and losses go.</param>
public sealed record RunOverview(PreparedRun Run, RunFolder Folder)
{
    /// <summary>Threads of this process that may compute.</summary>
    public int Offered { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether these threads run only while no other thread of the machine wants their processors.</summary>
    public bool HasLowPriority { get; init; }

    /// <summary>The cluster that trains the run; null for this process.</summary>
    public ClientOptions? Cluster { get; init; }

    /// <summary>The folder of the run that this one resumes, whose story it continues; null for a new run.</summary>
    public RunFolder? GoesOnFrom { get; init; }

    /// <summary>The command that the user typed; null where it was started from code.</summary>
    public string? Command { get; init; }

    /// <summary>Priority in a cluster's queue; higher ones are trained first.</summary>
    public int Priority { get; init; }

    public string Name => Run.Name;

    public RunSpecification Specification => Run.Specification;

    public PreparedTask Task => Run.Task;

    public Model Model => Run.Model;

    public TrainingPlan Plan => Run.Plan;

    public TrainingProgress Start => Run.Start;

    /// <summary>How this process's threads are arranged into workers.</summary>
    public WorkerTeams Teams => Arrangement?.Teams ?? WorkerTeams.For(Model, Specification.Training, Offered);

    /// <summary>The arrangement that a short measurement chose; null where nothing was measured.</summary>
    public ArrangedThreads? Arrangement { get; init; }

    /// <summary>
    /// The same run with the fastest arrangement of threads on this machine, which changes no bit. It is measured if it is not known yet, but not with low
    /// priority, beside other work.
    /// </summary>
    public RunOverview Arranged() =>
        Cluster is not null || Arrangement is not null || HasLowPriority ? this : this with { Arrangement = ThreadArrangement.Choose(Run.Job, Offered) };

    /// <summary>The run's expected training time and peak memory in bytes; null where it was not measured.</summary>
    public (TimeSpan Time, long Memory)? Expected { get; init; }

    public bool IsResumed => Start.Step > 0;

    public int StepsPerEpoch => Run.StepsPerEpoch;
}

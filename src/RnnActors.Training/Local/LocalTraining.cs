using System.Diagnostics;
using Akka.Actor;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Arrangement;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Worker;

namespace RnnActors.Training.Local;

/// <summary>Options of a run in this process. None changes a bit of the result.</summary>
public sealed record LocalTrainingOptions
{
    /// <summary>Computing threads: one for each shard worker, or several for large layers.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether the threads give way to others, for a process that has other work. On Linux they stay on the last processors with the greatest niceness, or
    /// have the scheduler's idle policy if they are as many as the processors; elsewhere they have .NET's lowest priority. Their arrangement is then not
    /// measured.
    /// </summary>
    public bool HasLowPriority { get; init; }

    /// <summary>How these threads are arranged; null to let <see cref="ThreadArrangement"/> choose, which may measure for about a second.</summary>
    public WorkerTeams? Teams { get; init; }

    /// <summary>Where checkpoints go; null for none.</summary>
    public ICheckpointSink? Checkpoints { get; init; }

    /// <summary>Called with every event, in order, by one thread at a time. It must be quick, since training waits for it.</summary>
    public Action<TrainingEvent> Observe { get; init; } = _ => { };
}

/// <summary>Training with actors in this process: a coordinator, its aggregators and a node of workers, in an actor system that opens no port.</summary>
public static class LocalTraining
{
    /// <param name="cancellation">Ends the run between two steps, with a checkpoint; the outcome then says that it is not complete.</param>
    /// <exception cref="InvalidInputException">The job cannot be done as it is specified.</exception>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite. The parameters were not updated.</exception>
    /// <exception cref="TrainingFailedException">The same shards failed again and again.</exception>
    public static async Task<TrainingOutcome> RunAsync(TrainingJob job, LocalTrainingOptions options, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);

        // Errors of the job are thrown here, to the caller, and not in an actor. Creating large initial values takes as long as starting the actors.
        job.CreatePlan();
        var teams = options.Teams ?? (options.HasLowPriority
            ? job.TeamsOf(options.Workers)
            : (await Task.Run(() => ThreadArrangement.Choose(job, options.Workers), CancellationToken.None).ConfigureAwait(false)).Teams);
        var start = Task.Run(job.CreateState, CancellationToken.None);
        int threads = teams.Threads;
        var completion = new TaskCompletionSource<TrainingOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var system = ActorSystem.Create("rnnactors", LaneConfiguration.For(threads, options.HasLowPriority).WithFallback(ActorSystemConfiguration.Local()));
        try
        {
            job = job with { Start = await start.ConfigureAwait(false) };
            var settings = new CoordinatorSettings(job, threads, options.Checkpoints, options.Observe) { Caller = Activity.Current?.Context ?? default };
            var coordinator = system.ActorOf(CoordinatorActor.Props(settings, completion), "coordinator");
            system.ActorOf(WorkerNode.Props(threads, coordinator, teams: teams), "node");
            await using var registration = cancellation.Register(() => coordinator.Tell(CoordinatorActor.StopTraining.Instance)).ConfigureAwait(false);

            // Continuations run on the thread pool. A lane of low priority must not start its threads; a thread of normal priority may.
            return await (options.HasLowPriority ? BackgroundThread.Run(() => completion.Task.GetAwaiter().GetResult()) : completion.Task)
                .ConfigureAwait(false);
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
        }
    }
}

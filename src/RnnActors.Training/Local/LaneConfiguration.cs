using Akka.Configuration;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Local;

/// <summary>
/// The threads of a run in one process, as Akka dispatchers: a lane for each worker. The aggregator of the same number shares the lane, since it works when
/// the worker does not. The first lane also carries the coordinator and the node. So a step wakes one thread for each further worker, and none where there
/// is one worker: for small cells waking takes longer than computing. (In a cluster the coordinator must listen while workers compute, so every actor has a
/// thread of its own.)
/// </summary>
internal static class LaneConfiguration
{
    /// <summary>
    /// Where lanes have a low priority, no actor runs on .NET's thread pool. Work from such a lane might start a pool thread, which would inherit the low
    /// priority for good, though the pool serves the whole process.
    /// </summary>
    private static readonly Config OfTheRest = ConfigurationFactory.ParseString(
        $$"""
        {{ComputePriority.RestSetting}} = on
        {{OneThread("akka.actor.default-dispatcher")}}
        {{OneThread("akka.actor.internal-dispatcher")}}
        """);

    /// <param name="hasLowPriority">Whether the lanes compute only when no other thread wants their processors.</param>
    public static Config For(int workers, bool hasLowPriority) => hasLowPriority ? Lanes(workers).WithFallback(OfTheRest) : Lanes(workers);

    private static Config Lanes(int workers) => ConfigurationFactory.ParseString(
        $$"""
        akka.actor.deployment {
          /coordinator { dispatcher = {{Of(0)}} }
          /node { dispatcher = {{Of(0)}} }
        }
        {{string.Join('\n', Enumerable.Range(0, workers).Select(Lane))}}
        """);

    private static string Lane(int worker) =>
        $$"""
        akka.actor.deployment {
          /node/worker-{{worker}} { dispatcher = {{Of(worker)}} }
          /coordinator/aggregator-{{worker}} { dispatcher = {{Of(worker)}} }
        }
        {{OneThread(Of(worker))}}
        """;

    private static string OneThread(string dispatcher) =>
        $$"""
        {{dispatcher}} {
          type = ForkJoinDispatcher
          throughput = 1
          dedicated-thread-pool { thread-count = 1, threadtype = background }
        }
        """;

    private static string Of(int worker) => $"rnnactors.lane-{worker}";
}

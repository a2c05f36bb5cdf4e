using Akka.Configuration;

namespace RnnActors.Training.Local;

/// <summary>
/// The threads of a run in one process: one lane for each worker, which the aggregator of the same number shares, since it has work when the worker has none. The first
/// carries the coordinator and the node too. So a step wakes the other workers' threads and no more, and with one worker it changes threads nowhere: on small cells
/// waking took longer than computing. (In a cluster the coordinator listens to others while its own workers compute, so everyone has a thread there.)
/// </summary>
internal static class LaneConfiguration
{
    public static Config For(int workers) => ConfigurationFactory.ParseString(
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
        {{Of(worker)}} {
          type = ForkJoinDispatcher
          throughput = 1
          dedicated-thread-pool { thread-count = 1, threadtype = background }
        }
        """;

    private static string Of(int worker) => $"rnnactors.lane-{worker}";
}

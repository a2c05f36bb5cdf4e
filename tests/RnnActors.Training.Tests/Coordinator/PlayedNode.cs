using Akka.Actor;
using Akka.TestKit;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>A node of one worker that is a probe: it computes what the test lets it.</summary>
internal sealed class PlayedNode
{
    private readonly IActorRef _coordinator;
    private readonly TrainingJob _job;
    private readonly PrepareRun _run;
    private SimulatedWorker? _worker;

    /// <param name="threads">Of its worker.</param>
    public PlayedNode(TestProbe probe, IActorRef coordinator, TrainingJob job, string name, int threads = 1)
    {
        (Probe, _coordinator, _job) = (probe, coordinator, job);
        coordinator.Tell(new NodeJoined(threads, name), probe.Ref);
        _run = probe.ExpectMsg<PrepareRun>();
        coordinator.Tell(NodePrepared.Instance, probe.Ref);
    }

    public TestProbe Probe { get; }

    /// <summary>The next work, whose parameters come before it.</summary>
    public ComputeShards Expect() => (ComputeShards)Probe.FishForMessage(message =>
    {
        Note(message);
        return message is ComputeShards;
    });

    public void Compute(ComputeShards work)
    {
        foreach (var order in work.Orders)
        {
            var (partials, answer) = _worker!.Compute(work, order);
            foreach (var partial in partials)
                foreach (var aggregator in _run.Aggregators) aggregator.Tell(partial);
            _coordinator.Tell(answer, Probe.Ref);
        }
    }

    /// <summary>Does one thing that it was given, if there is one by now.</summary>
    public void WorkOn()
    {
        object? message = Probe.ReceiveOne(TimeSpan.FromMilliseconds(5));
        Note(message);
        if (message is ComputeShards work) Compute(work);
    }

    private void Note(object? message)
    {
        if (message is ParametersPublished published) _worker ??= new SimulatedWorker(_job, published.Parameters);
    }
}

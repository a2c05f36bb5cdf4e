using Akka.Actor;
using RnnActors.Training.Protocol;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Remote;

/// <summary>The node's parts in runs, one for each run that trains.</summary>
internal sealed partial class RemoteCoordinator
{
    private readonly PreparedRuns<Part> _parts = new();
    private readonly MemoryBeside _memory = new();
    private int _partsMade;

    private bool IsPresent(PrepareRemoteRun message) => IsPresent(message.Epoch);

    private bool IsPresent(RunClosed message) => IsPresent(message.Epoch);

    private void Prepare(PrepareRemoteRun prepare)
    {
        if (_parts.TryFind(prepare, out var known))
        {
            known.Run.Tell(prepare);
            return;
        }

        if (_parts.IsLate(prepare)) return;
        foreach (var over in _parts.Before(prepare)) End(over);
        string use = $"run {++_partsMade}";
        _settings.Use.Need(use, new[] { prepare.Job.Train, prepare.Job.Validation, prepare.Job.Start }.OfType<string>());
        var run = Context.ActorOf(
            RemoteRun.Props(_link!, prepare, _settings.Node.Name, _settings.Node.Workers, _settings.Files, _memory), $"run-{_partsMade}");
        _parts.Add(prepare, new Part(run, prepare.Job.Name, use));
    }

    private void EndRuns()
    {
        foreach (var part in _parts.Clear()) End(part);
    }

    private void End(Part part)
    {
        Context.Stop(part.Run);
        _settings.Use.Forget(part.Use);
        // The coordinator also closes the run of a node that was unable to take part; that does not make it able.
        if (_unableSince is null) _settings.Readiness.Say(Preparation, null);
    }

    private Part? PartOf(IActorRef run) => _parts.Parts.FirstOrDefault(part => part.Run.Equals(run));

    /// <summary>The node's part in a run.</summary>
    /// <param name="Use">The name under which it reports what it needs in the directory.</param>
    private sealed record Part(IActorRef Run, string Name, string Use)
    {
        /// <summary>What its preparation waits for; null when it is ready, or has failed.</summary>
        public string? WaitsFor { get; set; }

        /// <summary>When that began, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
        public long WaitsSince { get; set; }
    }
}

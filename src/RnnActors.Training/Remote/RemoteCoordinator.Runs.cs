using Akka.Actor;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Remote;

/// <summary>The node's part in runs.</summary>
internal sealed partial class RemoteCoordinator
{
    private bool IsPresent(PrepareRemoteRun message) => IsPresent(message.Epoch);

    /// <summary>One that closes the run before comes too late where the next is prepared already.</summary>
    private bool IsPresent(RunClosed message) => IsPresent(message.Epoch)
        && (_run is null || (_prepared!.Job.RunId == message.RunId && (message.Turn is not { } turn || _prepared.Turn <= turn)));

    private void Prepare(PrepareRemoteRun prepare)
    {
        if (_run is not null && prepare.Turn == _prepared!.Turn && prepare.Job.RunId == _prepared.Job.RunId)
        {
            _run.Tell(prepare);
            return;
        }

        // One that was said again, and comes after the next.
        if (_run is not null && prepare.Turn < _prepared!.Turn) return;
        EndRun();
        _prepared = prepare;
        _settings.Use.Need(Part, new[] { prepare.Job.Train, prepare.Job.Validation, prepare.Job.Start }.OfType<string>());
        _run = Context.ActorOf(RemoteRun.Props(_link!, prepare, _settings.Node.Name, _settings.Node.Workers, _settings.Files), $"run-{++_runs}");
    }

    private void EndRun()
    {
        if (_run is not null) Context.Stop(_run);
        _run = null;
        _settings.Use.Forget(Part);
        _preparation = null;
        // The coordinator closes the run of a node that was unable to take part: it is no abler for that.
        if (_unableSince is null) _settings.Readiness.Say(Preparation, null);
    }
}

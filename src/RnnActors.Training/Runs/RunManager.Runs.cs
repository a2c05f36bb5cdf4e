using Akka.Actor;
using Akka.Cluster;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Runs;

/// <summary>Runs: they begin, save checkpoints and end.</summary>
internal sealed partial class RunManager
{
    private const string NotSaved =
        "the last checkpoint could not be written on the coordinator's disk. Make room there and give it the same run again: "
        + "it goes on from the checkpoint before, to the same bits";

    private static readonly TimeSpan LongFailure = TimeSpan.FromSeconds(10);

    private long? _failingSince;

    private void ReceiveFromRun()
    {
        Receive<Loaded>(loaded => loaded.Number == _begun, Begin);
        Receive<NotLoaded>(failed => failed.Number == _begun, failed => Do(_ledger.Ended(failed.RunId, RunEnding.Failed, failed.Reason)));
        Receive<Happened>(happened => happened.Number == _begun, happened =>
        {
            _active?.Observe(happened.Event);
            ObserveSaving(happened.Event);
            if (happened.Event is WorkersUnable unable)
                _settings.Report($"{unable.Node} cannot take part in {_active?.Description.Name}: {unable.Reason.TrimEnd('.')}");
            _followers.Tell(happened.RunId, happened.Event);
        });
        Receive<Stored>(stored => Do(_ledger.CheckpointSaved(stored.RunId, stored.Checkpoints)));
        Receive<Ended>(ended => ended.Number == _begun, End);
        Receive<EpochSuperseded>(superseded =>
        {
            _settings.Report($"Another coordinator, of epoch {superseded.Epoch}, has taken over: this one ends");
            // Its node looks for the cluster that goes on: this one has no coordinator any more.
            if (IsClustered) Cluster.Get(Context.System).Down(Cluster.Get(Context.System).SelfAddress);
            Context.Stop(Self);
        });
    }

    /// <summary>Reads the job's files and its newest checkpoint.</summary>
    private void Load(JobDescription description)
    {
        int number = ++_begun;
        _settings.Report($"{description.Name} is next");
        Background.Run<object>(() =>
        {
            try
            {
                var folder = new CheckpointFolder(_settings.Directory.FolderOf(description.RunId));
                var job = Restore(description);
                // What cannot be used is no copy either.
                return new Loaded(number, description, job, [.. ReplicaFiles.Newest(folder, _settings.Report)
                    .Where(file => ReplicaFiles.StepOf(file) <= job.Start!.Progress.Step)]);
            }
            catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
            {
                return new NotLoaded(number, description.RunId, e.Message);
            }
        }).PipeTo(Self, failure: e => new NotLoaded(number, description.RunId, e.Message));
    }

    /// <summary>A disk that is busy for a moment costs a checkpoint; one that takes none for longer is a problem of the node.</summary>
    private void ObserveSaving(TrainingEvent happened)
    {
        if (happened is CheckpointNotSaved failed)
        {
            _failingSince ??= Environment.TickCount64;
            if (Environment.TickCount64 - _failingSince < LongFailure.TotalMilliseconds) return;
            _settings.Readiness.Say(nameof(CheckpointVault), $"No checkpoint can be written: {failed.Reason.TrimEnd('.')}");
        }
        else if (happened is CheckpointSaved)
        {
            _failingSince = null;
            _settings.Readiness.Say(nameof(CheckpointVault), null);
        }
    }

    private TrainingJob Restore(JobDescription description)
    {
        var job = _settings.Files.Load(description);
        var search = new CheckpointFolder(_settings.Directory.FolderOf(description.RunId)).Newest();
        foreach (var skipped in search.Skipped) _settings.Report($"Skipped a newer checkpoint: {skipped.Reason.TrimEnd('.')}");
        var state = search.Found is { } found ? TrainingCheckpoint.Restore(found, job.Model, job.Training) : _settings.Files.Start(description, job);
        job = job with { Start = state };
        job = job with { Start = job.CreateState() };
        job.CreatePlan();
        return job;
    }

    private void Begin(Loaded loaded)
    {
        if (_isHandingOver) return;
        long step = loaded.Job.Start!.Progress.Step;
        if (!_ledger.MayBegin(loaded.Description.RunId, step, loaded.Usable))
        {
            Do(_ledger.PutOff(loaded.Description.RunId));
            return;
        }

        (int number, string runId, var self) = (loaded.Number, loaded.Description.RunId, _self);
        var vault = new CheckpointVault(
            _settings.Directory, loaded.Description, loaded.Job, () => Interlocked.Read(ref _epoch),
            files => self.Tell(new Stored(runId, files), ActorRefs.NoSender), epoch =>
                self.Tell(new EpochSuperseded(epoch), ActorRefs.NoSender), _settings.Report);
        var completion = new TaskCompletionSource<TrainingOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = new CoordinatorSettings(
            loaded.Job, Environment.ProcessorCount, vault, happened => self.Tell(new Happened(number, runId, happened), ActorRefs.NoSender), InParts: true);
        var coordinator = Context.ActorOf(CoordinatorActor.Props(settings, completion), $"run-{number}");
        completion.Task.PipeTo(Self, success: outcome => new Ended(number, outcome, null), failure: error => new Ended(number, null, error));
        _active = new ActiveRun(loaded.Description, loaded.Job, coordinator, vault);
        _settings.Report($"{loaded.Description.Name} trains from step {loaded.Job.Start!.Progress.Step}");
        Do(_ledger.RunBegan(runId));
    }

    private void End(Ended ended)
    {
        var active = _active!;
        _active = null;
        _begun++;
        foreach (var remote in _remotes.Values) remote.Tell(RemoteNode.LeaveRun.Instance);
        active.LocalWorkers?.Tell(PoisonPill.Instance);
        Context.Stop(active.Coordinator);
        active.Checkpoints.Dispose();
        if (_isHandingOver && ended.Outcome is not { IsComplete: true })
        {
            AcknowledgeAll();
            EndHandingOverWhenReplicated();
            return;
        }

        var (ending, message) = ended switch
        {
            { Outcome: { } outcome } when outcome.State.Progress.Step > active.SavedStep => (RunEnding.Failed, NotSaved),
            { Outcome.IsComplete: true } => (RunEnding.Complete, null),
            { Outcome: not null } => (RunEnding.Stopped, null),
            { Failure: NotANumberException e } => (RunEnding.NotANumber, e.Message),
            _ => (RunEnding.Failed, ended.Failure?.GetBaseException().Message),
        };
        _settings.Report($"{active.Description.Name}: {ending.ToString().ToLowerInvariant()}{(message is null ? "" : $" ({message.TrimEnd('.')})")}");
        Do(_ledger.Ended(active.Description.RunId, ending, message));
        EndHandingOverWhenReplicated();
    }

    private sealed record Loaded(int Number, JobDescription Description, TrainingJob Job, IReadOnlyList<ReplicaFile> Usable);

    private sealed record NotLoaded(int Number, string RunId, string Reason);

    private sealed record Happened(int Number, string RunId, TrainingEvent Event);

    private sealed record Stored(string RunId, IReadOnlyList<ReplicaFile> Checkpoints);

    private sealed record EpochSuperseded(long Epoch);

    private sealed record Ended(int Number, TrainingOutcome? Outcome, Exception? Failure);
}

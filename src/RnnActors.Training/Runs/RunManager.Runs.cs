using Akka.Actor;
using Akka.Cluster;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Runs;

/// <summary>Runs: they begin, save checkpoints and end.</summary>
internal sealed partial class RunManager
{
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromMinutes(1);

    private long _progressTold = Environment.TickCount64;

    private const string NotSaved =
        "the last checkpoint could not be written on the coordinator's disk. Make room there and give it the same run again: "
        + "it goes on from the checkpoint before, to the same bits";

    private static readonly TimeSpan LongFailure = TimeSpan.FromSeconds(10);

    private long? _failingSince;

    private void ReceiveFromRun()
    {
        Receive<Loaded>(loaded => loaded.Number == _begun, Begin);
        Receive<NotLoaded>(failed => failed.Number == _begun, failed =>
        {
            Note(failed.RunId, $"It could not begin: {failed.Reason.TrimEnd('.')}");
            Do(_ledger.Ended(failed.RunId, RunEnding.Failed, failed.Reason, at: Now));
        });
        Receive<Happened>(happened => happened.Number == _begun, happened =>
        {
            if (happened.Event is WorkersJoined joined && _active?.Unable.ContainsKey(joined.Node) == true)
                _settings.Report($"{joined.Node} takes part in {_active.Description.Name} after all, "
                    + $"with {(joined.Workers == 1 ? "1 worker" : $"{joined.Workers} workers")}");
            _active?.Observe(happened.Event);
            ObserveSaving(happened.Event);
            if (happened.Event is not StepDone || _active?.LogsSteps == true) _logs.Add(happened.RunId, happened.Event);
            if (happened.Event is WorkersUnable unable)
                _settings.Report($"{unable.Node} cannot take part in {_active?.Description.Name}: {unable.Reason.TrimEnd('.')}");
            if (happened.Event is StepNotAudited missed)
            {
                _settings.Report($"Step {missed.Step} of {_active?.Description.Name} was not audited: {missed.Reason} ({missed.Count} so far)");
                Do(_ledger.UnauditedCounted(happened.RunId, missed.Count));
            }

            if (happened.Event is CheckpointNotSaved failed)
                _settings.Report($"The checkpoint of step {failed.Step} of {_active?.Description.Name} could not be saved: {failed.Reason.TrimEnd('.')}");
            if (happened.Event is StepDone) TellProgress();
            _followers.Tell(happened.RunId, happened.Event);
        });
        Receive<Stored>(stored =>
        {
            // Copies of them go to others, as a part of the run.
            if (_span is { } run && stored.RunId == _active?.Description.RunId)
                foreach (var file in stored.Checkpoints) TrainingActivities.Own(file.Hash, run.Context);
            Do(_ledger.CheckpointSaved(stored.RunId, stored.Checkpoints));
        });
        Receive<Ended>(ended => ended.Number == _begun, End);
        Receive<Retention.RunsDeleted>(deleted =>
        {
            foreach (string runId in deleted.RunIds)
            {
                _unwritten.Forget(runId);
                Do(_ledger.Forgotten(runId));
            }
        });
        Receive<EpochSuperseded>(superseded =>
        {
            _settings.Report($"Another coordinator, of epoch {superseded.Epoch}, has taken over: this one ends");
            // Its node looks for the cluster that goes on: this one has no coordinator any more.
            if (IsClustered) Cluster.Get(Context.System).Down(Cluster.Get(Context.System).SelfAddress);
            Context.Stop(Self);
        });
    }

    /// <summary>Says once a minute how far the run is.</summary>
    private void TellProgress()
    {
        if (_active is not { Step: { } step } active || Environment.TickCount64 - _progressTold < BetweenProgress.TotalMilliseconds) return;
        _progressTold = Environment.TickCount64;
        _settings.Report(FormattableString.Invariant(
            $"{active.Description.Name}: step {step.Progress.Step} of {active.LastStep}, {active.StepsPerSecond:0.#} steps/s, loss {step.Loss:G5}, ")
            + $"checkpoint of step {active.SavedStep}");
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
                var folder = _settings.Directory.CheckpointsOf(description.RunId);
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
        var search = _settings.Directory.CheckpointsOf(description.RunId).Newest();
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
            loaded.Job, Environment.ProcessorCount, vault, happened => self.Tell(new Happened(number, runId, happened), ActorRefs.NoSender), InParts: true,
            _settings.Audit)
        {
            RunId = runId,
            NodeName = _settings.Name,
            Begun = _span = _queue.Take(runId),
            Unaudited = _ledger.Find(runId)?.Record.Unaudited ?? 0,
        };
        var coordinator = Context.ActorOf(CoordinatorActor.Props(settings, completion), $"run-{number}");
        var (model, training) = (loaded.Job.Model, loaded.Job.Training);
        completion.Task.PipeTo(
            Self, success: outcome => new Ended(number, outcome, null) { Parameters = HashOf(model, training, outcome.State) },
            failure: error => new Ended(number, null, error));
        _active = new ActiveRun(loaded.Description, loaded.Job, coordinator, vault) { Unaudited = settings.Unaudited };
        _settings.Report($"{loaded.Description.Name} trains from step {loaded.Job.Start!.Progress.Step}");
        Note(runId, $"It trains from step {loaded.Job.Start!.Progress.Step}, with the coordinator {_settings.Name} of epoch {_epoch}");
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
        string runId = active.Description.RunId;
        foreach (var node in ended.Outcome?.ShutOut ?? [])
        {
            _settings.Report($"{node.Name} is shut out: {node.Reason}");
            Note(runId, $"{node.Name} is shut out: {node.Reason}");
            Do(_ledger.NodeShutOut(node.Name!, node.Reason));
        }

        if (!_isHandingOver && ended.Outcome?.ShutOut is not null)
        {
            Do(_ledger.BeginAgain(runId));
            return;
        }

        if (_isHandingOver && ended.Outcome is not { IsComplete: true })
        {
            Leave();
            Note(runId, "It is handed over to the next coordinator");
            EndHandingOverWhenReplicated();
            return;
        }

        // What could not be saved is computed again, to the same bits: nobody has asked for the run to end.
        bool goesBack = ended.Outcome is { IsComplete: false } && _ledger.Find(runId) is { GoesBack: true };
        var (ending, message) = ended switch
        {
            { Outcome: { } outcome } when outcome.State.Progress.Step > active.SavedStep && !goesBack => (RunEnding.Failed, NotSaved),
            { Outcome.IsComplete: true } => (RunEnding.Complete, null),
            { Outcome: not null } => (RunEnding.Stopped, null),
            { Failure: NotANumberException e } => (RunEnding.NotANumber, e.Message),
            _ => (RunEnding.Failed, ended.Failure?.GetBaseException().Message),
        };
        if (!goesBack)
        {
            string how = ending.ToString().ToLowerInvariant();
            _settings.Report($"{active.Description.Name}: {how}{(message is null ? "" : $" ({message.TrimEnd('.')})")}");
            message ??= ending == RunEnding.Stopped ? _ledger.Find(runId)?.StopReason : null;
            Note(runId, $"It is over: {how}{(message is null ? "" : $" ({message.TrimEnd('.')})")}");
        }

        Do(_ledger.Ended(runId, ending, message, new Reached(
            active.SavedStep, active.LastStep, ended.Parameters ?? active.Parameters, active.Unaudited), Now));
        if (_isHandingOver) Leave();
        EndHandingOverWhenReplicated();
    }

    private sealed record Loaded(int Number, JobDescription Description, TrainingJob Job, IReadOnlyList<ReplicaFile> Usable);

    private sealed record NotLoaded(int Number, string RunId, string Reason);

    private sealed record Happened(int Number, string RunId, TrainingEvent Event);

    private sealed record Stored(string RunId, IReadOnlyList<ReplicaFile> Checkpoints);

    private sealed record EpochSuperseded(long Epoch);

    /// <summary>The time of day, in milliseconds since 1970, UTC.</summary>
    private long Now => _settings.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Note(string runId, string text) => _logs.Add(runId, new ClusterNews(text));

    /// <summary>The hash that users compare: of the best parameters where the run stops early by them, else of the last ones.</summary>
    private static string HashOf(Model model, TrainingSpec training, TrainingState state) =>
        TrainingCheckpoint.Hash(model.Layout, training.EarlyStopping is not null && state.Best is { } best ? best : state.InferenceParameters);

    private sealed record Ended(int Number, TrainingOutcome? Outcome, Exception? Failure)
    {
        public string? Parameters { get; init; }
    }
}

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

namespace RnnActors.Training.Runs;

/// <summary>Runs that train: their checkpoints and their end.</summary>
internal sealed partial class RunManager
{
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromMinutes(1);

    private const string NotSaved =
        "the last checkpoint could not be written on the coordinator's disk. Make room there and give it the same run again: "
        + "it goes on from the checkpoint before, to the same bits";

    private static readonly TimeSpan LongFailure = TimeSpan.FromSeconds(10);

    /// <summary>For each run, since when the disk has taken no checkpoint of it, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    private readonly Dictionary<string, long> _failingSince = [];

    private void ReceiveFromRun()
    {
        ReceiveLoaded();
        Receive<Happened>(happened =>
        {
            if (ActiveOf(happened.RunId, happened.Number) is { } active) Observe(active, happened.Event);
        });
        Receive<Stored>(stored =>
        {
            // Their transfer to other nodes is traced as a part of the run.
            if (_active.GetValueOrDefault(stored.RunId)?.Span is { } run)
                foreach (var file in stored.Checkpoints) TrainingActivities.Own(file.Hash, run.Context);
            _unwritten.TryAgain(); // without its record no coordinator could continue the run
            Do(_ledger.CheckpointSaved(stored.RunId, stored.Checkpoints));
        });
        Receive<Ended>(ended =>
        {
            if (ActiveOf(ended.RunId, ended.Number) is { } active) End(active, ended);
        });
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
            // This cluster has no coordinator any more: the node looks for the one that goes on.
            if (IsClustered) Cluster.Get(Context.System).Down(Cluster.Get(Context.System).SelfAddress);
            Context.Stop(Self);
        });
    }

    /// <summary>Whether the run trains or is about to: a run that is only loaded may have been interrupted meanwhile.</summary>
    private bool IsActive(string runId) => _ledger.Active.Any(run => run.Job.RunId == runId);

    /// <summary>The run, if it still trains from this start; null if it is over or has begun again.</summary>
    private ActiveRun? ActiveOf(string runId, int number) => _active.GetValueOrDefault(runId) is { } active && active.Number == number ? active : null;

    private void Observe(ActiveRun active, TrainingEvent happened)
    {
        if (happened is WorkersJoined joined && active.Unable.ContainsKey(joined.Node))
            _settings.Report($"{joined.Node} takes part in {active.Name} after all, "
                + $"with {(joined.Workers == 1 ? "1 worker" : $"{joined.Workers} workers")}");
        active.Observe(happened);
        ObserveSaving(active.RunId, happened);
        if (happened is not StepDone || active.LogsSteps) _logs.Add(active.RunId, happened);
        if (happened is WorkersUnable unable) _settings.Report($"{unable.Node} cannot take part in {active.Name}: {unable.Reason.TrimEnd('.')}");
        if (happened is StepNotAudited missed)
        {
            _settings.Report($"Step {missed.Step} of {active.Name} was not audited: {missed.Reason} ({missed.Count} so far)");
            Do(_ledger.UnauditedCounted(active.RunId, missed.Count));
        }

        if (happened is CheckpointNotSaved failed)
            _settings.Report($"The checkpoint of step {failed.Step} of {active.Name} could not be saved: {failed.Reason.TrimEnd('.')}");
        if (happened is StepDone) TellProgress(active);
        _followers.Tell(active.RunId, happened);
    }

    /// <summary>Reports the run's progress once a minute.</summary>
    private void TellProgress(ActiveRun active)
    {
        if (active.Step is not { } step || Environment.TickCount64 - active.ProgressTold < BetweenProgress.TotalMilliseconds) return;
        active.ProgressTold = Environment.TickCount64;
        _settings.Report(FormattableString.Invariant(
            $"{active.Name}: step {step.Progress.Step} of {active.LastStep}, {active.StepsPerSecond:0.#} steps/s, loss {step.Loss:G5}, ")
            + $"checkpoint of step {active.SavedStep}");
    }

    /// <summary>
    /// Watches how checkpoints are saved. A disk that is busy for a moment costs one checkpoint; a disk that takes none for longer is a problem of the node.
    /// </summary>
    private void ObserveSaving(string runId, TrainingEvent happened)
    {
        if (happened is CheckpointNotSaved failed)
        {
            _failingSince.TryAdd(runId, Environment.TickCount64);
            if (Environment.TickCount64 - _failingSince[runId] < LongFailure.TotalMilliseconds) return;
            _settings.Readiness.Say(nameof(CheckpointVault), $"No checkpoint can be written: {failed.Reason.TrimEnd('.')}");
        }
        else if (happened is CheckpointSaved)
        {
            // Whether the disk would take another checkpoint of a finished run is not known.
            foreach (string over in _failingSince.Keys.Where(run => run == runId || !_active.ContainsKey(run)).ToArray()) _failingSince.Remove(over);
            if (_failingSince.Count == 0) _settings.Readiness.Say(nameof(CheckpointVault), null);
        }
    }

    private void End(ActiveRun active, Ended ended)
    {
        string runId = active.RunId;
        _active.Remove(runId);
        _settings.Memory.Return(active);
        foreach (var remote in _remotes.Values) remote.Tell(new RemoteNode.LeaveRun(runId));
        active.LocalWorkers?.Tell(PoisonPill.Instance);
        Context.Stop(active.Coordinator);
        active.Checkpoints.Dispose();
        foreach (var node in ended.Outcome?.ShutOut ?? [])
        {
            _settings.Report($"{node.Name} is shut out: {node.Reason}");
            Note(runId, $"{node.Name} is shut out: {node.Reason}");
            Do(_ledger.NodeShutOut(node.Process!, node.Reason));
        }

        if (!_isHandingOver && ended.Outcome?.ShutOut is not null)
        {
            Do(_ledger.BeginAgain(runId));
            return;
        }

        if (_isHandingOver && ended.Outcome is not { IsComplete: true })
        {
            if (_active.Count == 0) Leave();
            Note(runId, "It is handed over to the next coordinator");
            EndHandingOverWhenReplicated();
            return;
        }

        // Nobody asked for the run to end: what could not be saved is computed again, to the same bits.
        bool isShort = ended.Failure is TrainingFailedException { IsOutOfMemory: true }, waits = isShort && _ledger.WouldTrainAlone(runId);
        bool goesBack = waits || (ended.Outcome is { IsComplete: false } && _ledger.Find(runId) is { GoesBack: true });
        if (waits)
        {
            _settings.Report($"{active.Name} ran out of memory beside other runs: it goes on when none of them trains");
            Note(runId, "It ran out of memory beside other runs, and goes on when none of them trains");
        }

        var (ending, message) = ended switch
        {
            { Outcome: { } outcome } when outcome.State.Progress.Step > active.SavedStep && !goesBack => (RunEnding.Failed, NotSaved),
            { Outcome.IsComplete: true } => (RunEnding.Complete, null),
            { Outcome: not null } => (RunEnding.Stopped, null),
            { Failure: NonFiniteException e } => (RunEnding.NonFinite, e.Message),
            _ => (RunEnding.Failed, ended.Failure?.GetBaseException().Message),
        };
        if (!goesBack)
        {
            string how = ending.ToString().ToLowerInvariant();
            _settings.Report($"{active.Name}: {how}{(message is null ? "" : $" ({message.TrimEnd('.')})")}");
            message ??= ending == RunEnding.Stopped ? _ledger.Find(runId)?.StopReason : null;
            Note(runId, $"It is over: {how}{(message is null ? "" : $" ({message.TrimEnd('.')})")}");
        }

        Do(_ledger.Ended(runId, ending, message, new Reached(
            active.SavedStep, active.LastStep, ended.Parameters ?? active.Parameters, active.Unaudited), Now, isShort));
        if (_isHandingOver && _active.Count == 0) Leave();
        EndHandingOverWhenReplicated();
    }

    private sealed record Happened(int Number, string RunId, TrainingEvent Event);

    private sealed record Stored(string RunId, IReadOnlyList<ReplicaFile> Checkpoints);

    private sealed record EpochSuperseded(long Epoch);

    /// <summary>The time of day, in milliseconds since 1970, UTC.</summary>
    private long Now => _settings.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Note(string runId, string text) => _logs.Add(runId, new ClusterNews(text));

    /// <summary>The hash that users compare: of the best parameters if the run stops early with them, else of the last ones.</summary>
    private static string HashOf(Model model, TrainingSpec training, TrainingState state) =>
        TrainingCheckpoint.Hash(model.Layout, training.EarlyStopping is not null && state.Best is { } best ? best : state.InferenceParameters);

    private sealed record Ended(string RunId, int Number, TrainingOutcome? Outcome, Exception? Failure)
    {
        public string? Parameters { get; init; }
    }
}

using Akka.Actor;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Runs;

/// <summary>Starting runs: their data are loaded, then each gets a coordinator of its own.</summary>
internal sealed partial class RunManager
{
    /// <summary>The runs whose data are being loaded, by the numbers of their starts.</summary>
    private readonly Dictionary<int, string> _loading = [];

    private void ReceiveLoaded()
    {
        Receive<Loaded>(loaded => _loading.Remove(loaded.Number), Begin);
        Receive<NotLoaded>(failed => _loading.Remove(failed.Number) && IsActive(failed.RunId), failed =>
        {
            Note(failed.RunId, $"It could not begin: {failed.Reason.TrimEnd('.')}");
            Do(_ledger.Ended(failed.RunId, RunEnding.Failed, failed.Reason, at: Now, isOutOfMemory: failed.IsOutOfMemory));
        });
    }

    /// <summary>Reads the job's files and its newest checkpoint.</summary>
    private void Load(JobDescription description)
    {
        int number = ++_begun;
        foreach (int before in _loading.Where(loading => loading.Value == description.RunId).Select(loading => loading.Key).ToArray()) _loading.Remove(before);
        _loading.Add(number, description.RunId);
        _settings.Report($"{description.Name} is next");
        BackgroundThread.Run<object>(() =>
        {
            try
            {
                var folder = _settings.Directory.CheckpointsOf(description.RunId);
                var job = Restore(description);
                // A checkpoint that cannot be used is no copy to offer either.
                return new Loaded(number, description, job, [.. ReplicaFiles.Newest(folder, _settings.Report)
                    .Where(file => ReplicaFiles.StepOf(file) <= job.Start!.Progress.Step)]);
            }
            catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
            {
                return new NotLoaded(number, description.RunId, e.Message);
            }
        }).PipeTo(Self, failure: e => new NotLoaded(number, description.RunId, e.Message, ProcessMemory.IsShort(e)));
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
        if (_isHandingOver || !IsActive(loaded.Description.RunId)) return;
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
        var span = _queue.Take(runId);
        var settings = new CoordinatorSettings(
            loaded.Job, Environment.ProcessorCount, vault, happened => self.Tell(new Happened(number, runId, happened), ActorRefs.NoSender), InParts: true,
            _settings.Audit)
        {
            RunId = runId,
            NodeName = _settings.Name,
            IsAmongOthers = _settings.Places > 1,
            Begun = span,
            Unaudited = _ledger.Find(runId)?.Record.Unaudited ?? 0,
        };
        var coordinator = Context.ActorOf(CoordinatorActor.Props(settings, completion), $"run-{number}");
        var (model, training) = (loaded.Job.Model, loaded.Job.Training);
        completion.Task.PipeTo(
            Self, success: outcome => new Ended(runId, number, outcome, null) { Parameters = HashOf(model, training, outcome.State) },
            failure: error => new Ended(runId, number, null, error));
        var active = new ActiveRun(number, loaded.Description, loaded.Job, coordinator, vault) { Unaudited = settings.Unaudited, Span = span };
        _active.Add(runId, active);
        _settings.Memory.Take(active, MemoryPlan.StateBytes(loaded.Job));
        _settings.Report($"{loaded.Description.Name} trains from step {loaded.Job.Start!.Progress.Step}");
        Note(runId, $"It trains from step {loaded.Job.Start!.Progress.Step}, with the coordinator {_settings.Name} of epoch {_epoch}");
        Do(_ledger.RunBegan(runId));
    }

    private sealed record Loaded(int Number, JobDescription Description, TrainingJob Job, IReadOnlyList<ReplicaFile> Usable);

    private sealed record NotLoaded(int Number, string RunId, string Reason, bool IsOutOfMemory = false);
}

using Akka.Actor;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Problems;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Remote;

/// <summary>The acknowledged states that the node knows, its own copies of runs, and whether it is able to take part.</summary>
internal sealed partial class RemoteCoordinator
{
    /// <summary>The least time between two writes of the acknowledged states.</summary>
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(2);

    /// <summary>A preparation that takes this long reports what it waits for.</summary>
    private static readonly TimeSpan LongPreparation = TimeSpan.FromSeconds(10);

    /// <summary>How long a node counts as unable. It is asked again within five minutes; if it is not, there is no run for it.</summary>
    private static readonly TimeSpan Unable = TimeSpan.FromMinutes(6);

    private const string Registration = "a registration", Copies = "b copies", Preparation = "c preparation";

    private readonly AcknowledgedRuns _acknowledged;
    private readonly Dictionary<string, string> _unkept = [];
    private Dictionary<string, long>? _held;
    private HashSet<string> _lacking = [];
    private Dictionary<ContentHash, string> _returned = [];
    private bool _isReadingHeld, _isUnwritten;
    private long _written;
    private long? _unableSince;

    private void ReceiveAboutStates()
    {
        Receive<RunsAcknowledged>(told => told.Epoch >= _epoch, HearAll);
        Receive<HeldRead>(read =>
        {
            (_held, _isReadingHeld) = (read.Runs.ToDictionary(run => run.RunId, run => run.Step), false);
            Check();
        });
        Receive<ReturnReplica>(wanted => IsPresent(wanted.Epoch), wanted => BackgroundThread.Run(() => Find(wanted)).PipeTo(Self));
        Receive<Found>(found =>
        {
            _returned = found.Paths;
            _link?.Peer.Tell(found.Answer);
        });
        Receive<RemoteRun.Waits>(waits =>
        {
            if (PartOf(Sender) is not { } part) return;
            if (waits.For is not null && part.WaitsFor is null) part.WaitsSince = Environment.TickCount64;
            part.WaitsFor = waits.For;
            if (waits.For is not null) return;
            _unableSince = null;
            _settings.Readiness.Say(Preparation, null);
        });
    }

    /// <summary>Reads the runs in a candidate's directory once, before it registers.</summary>
    /// <returns>Whether they are known.</returns>
    private bool KnowsHeld()
    {
        if (_held is not null || !_settings.Node.IsCandidate) return true;
        if (!_isReadingHeld) BackgroundThread.Run(() => new HeldRead(ReplicaFiles.Held(_settings.Directory))).PipeTo(Self, failure: _ => new HeldRead([]));
        _isReadingHeld = true;
        return false;
    }

    private void Hear(IEnumerable<AcknowledgedRun>? said)
    {
        if (_acknowledged.Hear(said).Count > 0) _isUnwritten = true;
    }

    private void HearAll(RunsAcknowledged told)
    {
        _lacking = [.. told.Lacking];
        Hear(told.Runs);
        SayCopies();
    }

    private void WriteAcknowledged(bool atOnce = false)
    {
        long now = Environment.TickCount64;
        if (!_isUnwritten || (!atOnce && now - _written < BetweenWrites.TotalMilliseconds)) return;
        _written = now;
        _isUnwritten = !DiskWrite.Try("What is acknowledged of runs", () => _settings.Directory.WriteAcknowledged(_acknowledged.All), ReportOnce);
    }

    /// <summary>Reports whether the candidate has a copy of every acknowledged state that the coordinator has.</summary>
    private void SayCopies()
    {
        string? problem = _unkept.Values.FirstOrDefault();
        if (problem is null && _settings is { Node.IsCandidate: true, Replicates: true } && _link is not null && _held is { } held)
        {
            problem = _acknowledged.All.FirstOrDefault(run => !_lacking.Contains(run.RunId) && run.Step > held.GetValueOrDefault(run.RunId, -1)) is { } ahead
                ? $"It has no copy yet of {ahead.Name} at step {ahead.Step}"
                : null;
        }

        _settings.Readiness.Say(Copies, problem);
    }

    private void SayPreparation()
    {
        if (Environment.TickCount64 - _unableSince > Unable.TotalMilliseconds)
        {
            _unableSince = null;
            _settings.Readiness.Say(Preparation, null);
        }

        if (_parts.Parts.FirstOrDefault(part =>
            part.WaitsFor is not null && Environment.TickCount64 - part.WaitsSince >= LongPreparation.TotalMilliseconds) is { } slow)
            _settings.Readiness.Say(Preparation, $"It prepares for {slow.Name} and waits for {slow.WaitsFor}");
    }

    /// <summary>An offer was stored, or could not be.</summary>
    private void Kept(OfferReplica offer, string? problem)
    {
        string runId = offer.Run.Job.RunId;
        if (problem is null)
        {
            _unkept.Remove(runId);
            _held ??= [];
            _held[runId] = Math.Max(_held.GetValueOrDefault(runId), offer.Checkpoints.Select(ReplicaFiles.StepOf).DefaultIfEmpty().Max());
        }
        else
        {
            _unkept[runId] = $"It cannot keep a copy of {offer.Run.Job.Name}: {problem.TrimEnd('.')}";
        }

        SayCopies();
    }

    /// <summary>Finds what the coordinator lacks of a run and this node has.</summary>
    private Found Find(ReturnReplica wanted)
    {
        Dictionary<ContentHash, string> paths = [];
        try
        {
            var run = _settings.Directory.ReadRuns().FirstOrDefault(run => run.Job.RunId == wanted.RunId);
            if (run is null) return new Found(new ReplicaReturned(wanted.Epoch, wanted.RunId, null, []), paths);
            string folder = _settings.Directory.FolderOf(wanted.RunId);
            var files = ReplicaFiles.Newest(new CheckpointFolder(folder), _settings.Report);
            foreach (var file in files) paths[ContentHash.Parse(file.Hash)] = Path.Combine(folder, file.Name);
            return new Found(new ReplicaReturned(wanted.Epoch, wanted.RunId, run, [.. files]), paths);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            return new Found(new ReplicaReturned(wanted.Epoch, wanted.RunId, null, []), paths);
        }
    }

    /// <summary>Sends a file of a run that it returns.</summary>
    private void Send(ContentHash file)
    {
        if (_link is null) return;
        if (_returned.TryGetValue(file, out string? path) && File.Exists(path)) _link.Channel.SendFile(file, path);
        else if (_returned.Count > 0 && _settings.Directory.Files.Holds(file)) _link.Channel.SendFile(file, _settings.Directory.Files.PathOf(file));
        else _link.Channel.RefuseFile(file);
    }

    private sealed record HeldRead(HeldRun[] Runs);

    private sealed record Found(ReplicaReturned Answer, Dictionary<ContentHash, string> Paths);
}

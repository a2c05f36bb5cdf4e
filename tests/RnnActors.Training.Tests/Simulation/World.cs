using RnnActors.Core.Sharding;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>
/// A cluster and its clients in one thread: machines with disks, processes, lines between them, in virtual time. All that is decided is decided by the
/// product's states and rules; disks are folders. The same scenario gives the same log.
/// </summary>
internal sealed partial class World : IDisposable
{
    /// <summary>Where files cost nothing, if there is such a place.</summary>
    private static readonly string Root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly string _folder = Path.Combine(Root, $"rnnactors-simulation-{Guid.NewGuid():N}");
    private readonly Dictionary<(string, long, int, bool), int> _failures = [];
    private readonly List<ClientShell> _clients = [];
    private int _brought;

    public World(Scenario scenario, Bug bug, bool isLogging)
    {
        (Scenario, Bug, Log) = (scenario, bug, isLogging ? [] : null);
        Random = new Random(scenario.Seed ^ 0x5EED);
        (Time, Network, Oracle, Gathering) = (new VirtualTime(Timeline), new Network(this), new Oracle(this), new Gathering(this));
        Machines = [.. scenario.Workers.Select((workers, number) =>
            new Machine(number, number < scenario.Candidates, workers, Path.Combine(_folder, $"{number}")))];
        Jobs = [.. scenario.Jobs.Select(job => SimulatedJob.All[job])];
    }

    public Scenario Scenario { get; }

    public Bug Bug { get; }

    public List<string>? Log { get; }

    public Random Random { get; }

    public Timeline Timeline { get; } = new();

    public VirtualTime Time { get; }

    public Network Network { get; }

    public Oracle Oracle { get; }

    public Gathering Gathering { get; }

    public IReadOnlyList<Machine> Machines { get; }

    public IReadOnlyList<SimulatedJob> Jobs { get; }

    /// <summary>The processes that have computed wrongly.</summary>
    public HashSet<string> Liars { get; } = [];

    /// <summary>Whether a coordinator that was refused may take over with an older copy.</summary>
    public bool MayFallBack { get; init; }

    /// <exception cref="SimulationException">Something that must hold does not.</exception>
    public void Run()
    {
        foreach (var machine in Machines) Timeline.In(TimeSpan.FromMilliseconds(Random.Next(50)), null, () => Start(machine));
        Timeline.In(TimeSpan.FromMilliseconds(100), null, Gathering.Tick);
        foreach (var fault in Scenario.Faults) Timeline.In(fault.At, null, () => Begin(fault));
        Timeline.In(Scenario.Healed, null, Heal);
        foreach (var job in Jobs)
        {
            var client = new Life(new Machine(-1, false, 0, ""), $"client of {job.Description.Name}", Time);
            var files = new FileCache(Path.Combine(_folder, $"client-{job.Description.Name}"));
            Directory.CreateDirectory(Path.Combine(_folder, $"client-{job.Description.Name}"));
            var brought = TimeSpan.FromSeconds(Scenario.Brought.ElementAtOrDefault(_brought++));
            Timeline.In(brought + TimeSpan.FromMilliseconds(200 + Random.Next(2000)), null, () => _clients.Add(new ClientShell(this, client, job, files)));
        }

        while (_clients.Count < Jobs.Count || _clients.Exists(client => !client.IsDone))
        {
            if (Timeline.Now > Patience) Fail("the runs have not ended, long after the last fault");
            if (!Timeline.Next()) Fail("nothing happens any more");
        }

        Oracle.End();
    }

    public void Fail(string reason) => throw new SimulationException(reason);

    public int PriorityOf(SimulatedJob job) => Scenario.Priorities.ElementAtOrDefault(Jobs.ToList().IndexOf(job));

    public SimulatedJob JobOf(string runId) => Jobs.First(job => job.Description.RunId == runId);

    public ContentHash FramesOf(PrepareRemoteRun prepare) => prepare.NameOfFrames();

    /// <summary>To the coordinator of the cluster that a process is in, by the proxy of the singleton.</summary>
    public void TellCoordinator(Life from, Action<ManagerShell> arrive)
    {
        if (from.Cluster?.Coordinator is not { } coordinator) return;
        Network.Send(from, coordinator, () =>
        {
            if (coordinator.Manager is { HasEnded: false } manager) arrive(manager);
        });
    }

    /// <summary>What reads and writes the disk.</summary>
    public void InBackground(Life life, Action action) =>
        Timeline.In(TimeSpan.FromMilliseconds(1 + Random.Next(15)) + TimeSpan.FromSeconds(life.Machine.DiskDelay), life, action);

    /// <summary>Requests a file by a channel.</summary>
    public void Fetch(Channel channel, Life life, ChannelSink sink, ContentHash file, Life other, Func<ContentHash, string?> pathOf)
    {
        void Answer(Action arrive) => channel.Ask(other, arrive);
        sink.Want(file);
        channel.Ask(life, () =>
        {
            string? path = pathOf(file);
            Answer(() =>
            {
                IFrameSink receiver = sink;
                if (path is null || !File.Exists(path))
                {
                    receiver.FileFailed(file, "the other side does not have it");
                    return;
                }

                var target = sink.AcceptFile(file, new FileInfo(path).Length);
                if (target.Refusal is { } refusal) Fail($"a file was refused: {refusal}");
                if (target.Path is null) return;
                if (life.Machine.IsFull)
                {
                    receiver.FileFailed(file, "the disk is full");
                    return;
                }

                Directory.CreateDirectory(Path.GetDirectoryName(target.Path)!);
                string temporary = $"{target.Path}.{life.Id.Replace('/', '-')}.tmp";
                File.Copy(path, temporary, overwrite: true);
                if (ContentHash.OfFile(temporary) != file)
                {
                    File.Delete(temporary);
                    channel.Break("the other side sent a file with other bytes than its hash says");
                    return;
                }

                InBackground(life, () =>
                {
                    if (!File.Exists(temporary)) return;
                    File.Move(temporary, target.Path, overwrite: true);
                    sink.FileReceived(file, target.Path);
                });
            });
        });
    }

    /// <summary>Whether a worker may fail at these shards: more often than twice in a row ends a run, which is right.</summary>
    public bool MayFail(SimulatedJob job, long step, ShardRange shards, bool isValidation)
    {
        var keys = Enumerable.Range(shards.First, shards.Count).Select(shard => (job.Description.RunId, step, shard, isValidation)).ToArray();
        if (Array.Exists(keys, key => _failures.GetValueOrDefault(key) >= 2)) return false;
        foreach (var key in keys) _failures[key] = _failures.GetValueOrDefault(key) + 1;
        return true;
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}

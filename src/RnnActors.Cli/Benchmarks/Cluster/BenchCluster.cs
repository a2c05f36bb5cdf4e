using System.Diagnostics;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>
/// A cluster of processes on this machine: a coordinator with a worker of its own, further nodes of one worker each, and optionally a standby. Their data are
/// in a temporary folder; everything is removed on disposal.
/// </summary>
internal sealed class BenchCluster : IDisposable
{
    private static readonly long Began = Stopwatch.GetTimestamp();

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-bench-").FullName;
    private readonly List<BenchNode> _workers = [];
    private BenchNode? _coordinator, _standby;
    private HostAndPort[] _contacts = [];
    private int _runs;

    private BenchCluster()
    {
    }

    /// <summary>The clock of the whole benchmark.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(Began);

    public BenchNode Coordinator => _coordinator!;

    public BenchNode Standby => _standby!;

    /// <summary>The nodes except the coordinator's.</summary>
    public IReadOnlyList<BenchNode> Workers => _workers;

    /// <summary>The options of a client of the cluster.</summary>
    public ClientOptions Client => new(_contacts);

    /// <summary>The steps of the checkpoints that the standby has.</summary>
    public IEnumerable<long> CopiedSteps =>
        Directory.Exists(RunsOf(Standby)) ? Directory.GetDirectories(RunsOf(Standby)).SelectMany(folder => new CheckpointFolder(folder).Steps()) : [];

    /// <param name="nodes">How many nodes have a worker, including the coordinator's.</param>
    public static async Task<BenchCluster> StartAsync(int nodes, bool hasStandby, CancellationToken cancellation)
    {
        var cluster = new BenchCluster();
        try
        {
            cluster._coordinator = cluster.Start("coordinator", "--role", "coordinator,worker", "--workers", "1");
            cluster._contacts = [await AddressOfAsync(cluster._coordinator, cancellation).ConfigureAwait(false)];
            string contact = cluster._contacts[0].ToString();
            if (hasStandby) cluster._standby = cluster.Start("standby", "--role", "coordinator", "--join", contact);
            for (int i = 1; i < nodes; i++) cluster._workers.Add(cluster.Start($"worker-{i}", "--role", "worker", "--workers", "1", "--join", contact));
            if (hasStandby) cluster._contacts = [.. cluster._contacts, await AddressOfAsync(cluster._standby!, cancellation).ConfigureAwait(false)];
            foreach (var node in (IEnumerable<BenchNode>)[cluster._coordinator, .. cluster._workers, .. hasStandby ? [cluster._standby!] : (BenchNode[])[]])
                node.Address = (await node.AwaitAsync("cluster_joined", null, cancellation).ConfigureAwait(false)).Members["address"]!.GetValue<string>();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Submits a new run, and follows it to its end.</summary>
    public Task<TrainingOutcome> TrainAsync(TrainingJob job, Action<TrainingEvent> observe, CancellationToken stop)
    {
        string name = $"bench-{++_runs}";
        return ClusterTraining.RunAsync(
            job, new RunIdentity("{}", "{}", ""),
            new ClusterTrainingOptions
            {
                Cluster = Client,
                Name = name,
                Folder = Path.Combine(_folder, name),
                Datasets = new DatasetFile(TaskKinds.DatasetFormats),
                Observe = observe,
                StopsWhenCancelled = true,
            }, stop);
    }

    public void Dispose()
    {
        foreach (var node in (IEnumerable<BenchNode?>)[_coordinator, _standby, .. _workers]) node?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string RunsOf(BenchNode node) => Path.Combine(node.DataDirectory, "runs");

    private static async Task<HostAndPort> AddressOfAsync(BenchNode node, CancellationToken cancellation)
    {
        var line = await node.AwaitAsync("node_listening", null, cancellation).ConfigureAwait(false);
        return HostAndPort.Parse(line.Members["address"]!.GetValue<string>());
    }

    private BenchNode Start(string name, params string[] options) => new(_folder, name, options);
}

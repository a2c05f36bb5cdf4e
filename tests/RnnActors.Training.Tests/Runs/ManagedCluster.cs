using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Client;
using RnnActors.Training.Threads;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>Data directories, and managers over them, whose workers are in their own process.</summary>
internal sealed class ManagedCluster(ActorSystem system) : IDisposable
{
    public const string Version = "1.0.0";

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly DatasetFile _datasets = new([new MemoryFormat()]);

    /// <summary>What the managers need of their directories.</summary>
    public StorageUse Use { get; } = new();

    /// <summary>The memory that the managers' process has reserved.</summary>
    public MemoryBeside Memory { get; } = new();

    public ConcurrentQueue<string> News { get; } = [];

    /// <summary>Connections that were turned away.</summary>
    public ConcurrentQueue<RefusedConnection> Refused { get; } = [];

    public NodeDirectory DirectoryOf(string name = "data") => new(Path.Combine(_folder, name));

    /// <summary>A manager without workers, which has read its directory: before that it hears nothing of what is said again until it is answered.</summary>
    public IActorRef Manage(string directory = "data", bool isShared = false)
    {
        var manager = Start(directory, isShared);
        for (int tries = 0; !Answers(manager); tries++) Assert.InRange(tries, 0, 300);
        return manager;
    }

    /// <summary>A manager that may not be able to begin.</summary>
    /// <param name="port">Of its channels; 0 for any.</param>
    public IActorRef Start(string directory = "data", bool isShared = false, int port = 0)
    {
        var data = DirectoryOf(directory);
        return system.ActorOf(RunManager.Props(new RunManagerSettings(
            "test", Version, data, new RunFiles(data.Files, _datasets), new IPEndPoint(IPAddress.Loopback, port), "127.0.0.1", null, ChannelSettings.Default,
                isShared, Refused.Enqueue, News.Enqueue)
        {
            Use = Use,
            Memory = Memory,
        }));
    }

    public static bool Answers(IActorRef manager)
    {
        try
        {
            return manager.Ask<ClusterStatus>(new GetStatus(), TimeSpan.FromMilliseconds(100)).GetAwaiter().GetResult() is not null;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    /// <summary>A job as it travels, whose files are where a manager finds them.</summary>
    public JobDescription Describe(TrainingJob job, string directory = "data") =>
        JobFiles.Describe(job, new RunIdentity("{}", "{}", "data"), "test", 2, DirectoryOf(directory).Files, _datasets);

    public static RegisterNode Workers(int count, long epoch = 0, string version = Version, string id = "node") =>
        new(new NodeDescription(id, "here", false, count, 0, 256, version, epoch));

    public Checkpoint Newest(JobDescription job, string directory = "data") => new CheckpointFolder(DirectoryOf(directory).FolderOf(job.RunId)).Newest().Found!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

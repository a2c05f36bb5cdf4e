using System.Net;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Runs;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>The actors of a node that trains. The arithmetic proof of its process is made before they start (<see cref="RnnActorsNode"/>).</summary>
internal static class TrainingActors
{
    /// <param name="datasets">Reads the data of runs.</param>
    public static NodeActors Create(DatasetFile datasets) => new(
        node => RunManager.Props(new RunManagerSettings(
            node.Address.ToString(), ProductVersion.Text, DirectoryOf(node), FilesOf(node, datasets), ChannelEndPoint(node.Options),
            node.Options.EffectivePublicHost,
            node.Credentials, Channel(node.Options), node.Options.SharedCheckpoints, Refused(node), Report(node))
        {
            Readiness = node.Readiness,
            Audit = node.Options.Audit,
            Arithmetic = new ArithmeticStanding(ArithmeticProof.OfThisProcess, ArithmeticProof.Build),
            MaxRuns = node.Options.MaxRuns,
            Places = node.Options.Runs,
            Preempts = node.Options.Preempt,
            Use = node.Use,
        }),
        node => RemoteCoordinator.Props(new RemoteCoordinatorSettings(
            Describe(node), DirectoryOf(node), FilesOf(node, datasets), ClusterPaths.User(ClusterPaths.CoordinatorProxy), node.Credentials,
            Channel(node.Options), Report(node))
        {
            Replicates = !node.Options.SharedCheckpoints,
            Readiness = node.Readiness,
            Use = node.Use,
        }))
    {
        PrepareHandOver = RunManager.PrepareHandOver.Instance,
        HandOver = RunManager.HandOver.Instance,
        Leave = RemoteCoordinator.Leave.Instance,
    };

    private static NodeDescription Describe(NodeContext node) => new(
        node.NodeId, node.Address.ToString(), node.Options.IsCandidate, node.Options.EffectiveWorkers, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        (int)Vectors.Width, ProductVersion.Text, 0, Proof: ArithmeticProof.OfThisProcess, Build: ArithmeticProof.Build, ProcessId: node.ProcessId,
        SharesRuns: true);

    private static NodeDirectory DirectoryOf(NodeContext node) => new(node.Options.EffectiveDataDirectory);

    private static RunFiles FilesOf(NodeContext node, DatasetFile datasets) => new(DirectoryOf(node).Files, datasets);

    private static ChannelSettings Channel(NodeOptions options) =>
        ChannelSettings.Default with { AllowPlainTextBetweenHosts = options.DangerouslyAllowPlainText };

    private static Action<string> Report(NodeContext node) => news => node.Report(new RunNews(news));

    /// <summary>Reports each refused peer at most once in a while for each reason.</summary>
    private static Action<RefusedConnection> Refused(NodeContext node)
    {
        var told = new RefusedPeers(TimeProvider.System);
        return refused =>
        {
            if (!refused.HasGone && told.IsNews($"{refused.Address}: {refused.Reason}")) node.Report(new PeerRefused(refused.Address, refused.Reason));
        };
    }

    private static IPEndPoint ChannelEndPoint(NodeOptions options)
    {
        string host = HostAndPort.Normalised(options.Bind);
        return new IPEndPoint(IPAddress.TryParse(host, out var address) ? address : Dns.GetHostAddresses(host)[0], options.EffectiveChannelPort);
    }
}

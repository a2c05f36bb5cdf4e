using System.Net;
using Microsoft.Extensions.Configuration;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>
/// The options of a node: the section <c>RnnActors</c> of <c>appsettings.json</c>, or variables such as <c>RnnActors__Port</c>, named as these properties.
/// </summary>
public sealed record NodeOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "RnnActors";

    /// <summary>The distance from a node's port to its tensor channel's, so that nodes of one machine can have neighbouring ports.</summary>
    public const int ChannelPortDistance = 1000;

    private const int MostRuns = 100;

    public NodeRoles Role { get; set; } = NodeRoles.Coordinator | NodeRoles.Worker;

    /// <summary>The address that the node listens on: an IP address, or a name of one.</summary>
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>The host by which others reach it; null for <see cref="Bind"/>, or for the machine's name if it binds every address.</summary>
    public string? PublicHost { get; set; }

    /// <summary>
    /// Further names that the node answers to, such as that of a forwarded port. It always answers to <see cref="PublicHost"/>, the names in its certificate
    /// and the addresses that it listens on.
    /// </summary>
    public IList<HostAndPort> AlsoKnownAs { get; set; } = [];

    /// <summary>The port of remoting; 0 for any free one.</summary>
    public int Port { get; set; } = 4053;

    /// <summary>The port of a candidate's tensor channel; 0 for any free one, null for <see cref="Port"/> + <see cref="ChannelPortDistance"/>.</summary>
    public int? ChannelPort { get; set; }

    /// <summary>Nodes to join. Empty for the first node, which forms the cluster.</summary>
    public IList<HostAndPort> Join { get; set; } = [];

    /// <summary>Computing threads; large layers use several for each worker. Null for one a core, or none if the node is not a worker.</summary>
    public int? Workers { get; set; }

    /// <summary>The folder of the node's durable state (epoch, runs, data); null for <c>rnnactors-data/PORT</c> in the working directory.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>Whether all candidates share one <see cref="DataDirectory"/>, so that nothing need be replicated.</summary>
    public bool SharedCheckpoints { get; set; }

    /// <summary>The maximum number of runs that train or wait where this node coordinates; more are refused.</summary>
    public int MaxRuns { get; set; } = 100;

    /// <summary>
    /// The number of runs that train at once where this node coordinates. Each runs on all nodes, and they share processors and memory. It changes no run's
    /// bits.
    /// </summary>
    public int Runs { get; set; } = 1;

    /// <summary>
    /// Whether a run of higher priority interrupts the least urgent one that trains, where this node coordinates. The interrupted run goes on later from the
    /// same state, to the same bits. If false, the new run waits.
    /// </summary>
    public bool Preempt { get; set; } = true;

    /// <summary>How many days the node keeps finished runs and unused data.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>How many finished runs it keeps.</summary>
    public int KeepRuns { get; set; } = 100;

    /// <summary>How many gigabytes (10⁹ bytes) it keeps of all runs and data; what a run needs is never deleted.</summary>
    public int KeepGigabytes { get; set; } = 50;

    /// <summary>
    /// The node's certificates, for remoting and tensor channels; null for plain text, which is limited to this machine unless
    /// <see cref="DangerouslyAllowPlainText"/> is set.
    /// </summary>
    public TlsOptions? Tls { get; set; }

    /// <summary>How many days before a certificate expires the node begins to warn of it.</summary>
    public int CertificateWarningDays { get; set; } = 30;

    /// <summary>Allows plain text on a network: anyone who reaches the node's ports can then take part and read everything.</summary>
    public bool DangerouslyAllowPlainText { get; set; }

    /// <summary>
    /// The acceptable pause between heartbeats. A node that is silent for longer is suspected, and others compute its shards too. The pause is a quarter of
    /// this plus two seconds if the node's machine does not answer either, and half of this for a coordinator that can be replaced.
    /// </summary>
    public TimeSpan SuspectAfter { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How long reachability must be stable before the cluster removes unreachable members.</summary>
    public TimeSpan DownAfter { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long a candidate that was cut off or restarted looks for silent candidates before it forms a cluster without them. If those have a cluster of their
    /// own, the two merge as soon as they reach each other.
    /// </summary>
    public TimeSpan FormAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stopping node may take to hand over its work.</summary>
    public TimeSpan LeaveTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The format of the process's log.</summary>
    public NodeLogFormat LogFormat { get; set; }

    /// <summary>The port of metrics for Prometheus and of health over HTTP; 0 for any free one, null for neither.</summary>
    public int? MetricsPort { get; set; }

    /// <summary>The IP address of the metrics endpoint. It exposes no data, but anyone who reaches it can read it.</summary>
    public string MetricsBind { get; set; } = "127.0.0.1";

    /// <summary>The port of the cluster's web page; 0 for any free one, null for no page.</summary>
    public int? PagePort { get; set; }

    /// <summary>
    /// The IP address of the page. Where other machines can reach it, it is HTTPS by <see cref="Tls"/>, for readers with a certificate of the same authority.
    /// </summary>
    public string PageBind { get; set; } = "127.0.0.1";

    /// <summary>The address of an OpenTelemetry collector (OTLP over HTTP) for traces and metrics; null for what the environment variables say.</summary>
    public string? Otlp { get; set; }

    /// <summary>
    /// The share of steps, from 0 to 1, that another machine computes again, to find nodes that compute wrongly. Null for 0.01 where at least three nodes take
    /// part, and for 0 otherwise. The coordinator's value counts.
    /// </summary>
    public double? Audit { get; set; }

    /// <summary>How long an actor system may take to end before it is abandoned.</summary>
    internal TimeSpan EndTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>HOCON settings of Akka.NET that override those of RnnActors; null for none.</summary>
    public string? Akka { get; set; }

    /// <summary>Reads the section <see cref="Section"/> of a host's configuration.</summary>
    /// <exception cref="InvalidInputException">A key is unknown, or a value cannot be used.</exception>
    public static NodeOptions Read(IConfiguration configuration) => NodeOptionsReader.Read(configuration);

    /// <summary>The options of a client with this node's certificates and plain-text setting.</summary>
    public ClientOptions ForClient(IReadOnlyList<HostAndPort> contacts) => new(contacts, Tls) { DangerouslyAllowPlainText = DangerouslyAllowPlainText };

    /// <summary>The name under which a property was set, for errors.</summary>
    internal Func<string, string> NameOf { get; init; } = name => name;

    public bool IsCandidate => Role.HasFlag(NodeRoles.Coordinator);

    public string EffectivePublicHost => HostAndPort.Normalised(PublicHost ?? (BindsEverything ? Dns.GetHostName() : Bind));

    public int EffectiveChannelPort => ChannelPort ?? (Port == 0 ? 0 : Port + ChannelPortDistance);

    public int EffectiveWorkers => Workers ?? (Role.HasFlag(NodeRoles.Worker) ? Environment.ProcessorCount : 0);

    public string EffectiveDataDirectory => Path.GetFullPath(DataDirectory ?? Path.Combine("rnnactors-data", $"{Port}"));

    private bool BindsEverything => IPAddress.TryParse(Bind, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <exception cref="InvalidInputException">The options do not fit together.</exception>
    internal void Validate()
    {
        if (Role == NodeRoles.None) throw new InvalidInputException("the node has no role", "Give it coordinator, worker, or both");
        RefusePort(NameOf(nameof(Port)), Port, 0);
        if (ChannelPort is { } channel) RefusePort(NameOf(nameof(ChannelPort)), channel, 0);
        else if (IsCandidate) RefusePort(nameof(ChannelPort), EffectiveChannelPort, 0);
        if (Workers is < 0 or > NodeDescription.MaxWorkers)
            throw new InvalidInputException($"{NameOf(nameof(Workers))} is {Workers}, but it must be from 0 to {NodeDescription.MaxWorkers}");
        if (MaxRuns < 1) throw new InvalidInputException($"{NameOf(nameof(MaxRuns))} is {MaxRuns}, but it must be 1 or more");
        if (Runs is < 1 or > MostRuns) throw new InvalidInputException($"{NameOf(nameof(Runs))} is {Runs}, but it must be from 1 to {MostRuns}");
        if (Role.HasFlag(NodeRoles.Worker) && Workers == 0)
            throw new InvalidInputException("the node is a worker, but it has 0 workers", "Give it at least one, or the role coordinator alone");
        if (Uri.CheckHostName(HostAndPort.Normalised(Bind)) == UriHostNameType.Unknown)
            throw new InvalidInputException($"{NameOf(nameof(Bind))} is '{Bind}', which is no address");
        if (PublicHost is not null && Uri.CheckHostName(PublicHost) == UriHostNameType.Unknown)
            throw new InvalidInputException($"{NameOf(nameof(PublicHost))} is '{PublicHost}', which is no host");
        if (Audit is not (null or (>= 0 and <= 1)))
            throw new InvalidInputException($"{NameOf(nameof(Audit))} is {Audit}, but it must be from 0 to 1", "0.01 audits a hundredth of the steps");
        Durations.Check(NameOf(nameof(SuspectAfter)), SuspectAfter);
        Durations.Check(NameOf(nameof(DownAfter)), DownAfter);
        Durations.Check(NameOf(nameof(FormAfter)), FormAfter);
        Durations.Check(NameOf(nameof(LeaveTimeout)), LeaveTimeout);
        if (!HostAndPort.IsLoopback(Bind) && Tls is null && !DangerouslyAllowPlainText)
        {
            throw new InvalidInputException(
                $"other machines can reach {Bind}, and the node has no certificates",
                "Give it certificates (Tls:Certificate, Tls:Key, Tls:Authority; --certificate, --key, --authority), bind it to 127.0.0.1, "
                + "or, where everyone on the network may read and command it, set DangerouslyAllowPlainText");
        }
    }

    private static void RefusePort(string name, int port, int min)
    {
        if (port < min || port > 65535) throw new InvalidInputException($"{name} is {port}, but it must be from {min} to 65535");
    }
}

/// <summary>The format of a node's log.</summary>
public enum NodeLogFormat
{
    /// <summary>Lines for people, with the time of day.</summary>
    Text,

    /// <summary>A JSON object a line: time (UTC), level, event, message, and the fields of the event.</summary>
    Json,
}

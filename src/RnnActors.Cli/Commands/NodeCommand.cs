using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Telemetry;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Commands;

/// <summary><c>node</c>: runs a node of a cluster in this process, until a signal ends it.</summary>
internal static class NodeCommand
{
    public static Command Create(Terminal terminal)
    {
        var keys = new NodeConfiguration()
            .List("--role", nameof(NodeOptions.Role),
                "coordinator, worker, or coordinator,worker for both, which is the default. Several coordinators stand by for one another.", "ROLE",
                "coordinator", "worker")
            .List("--join", nameof(NodeOptions.Join), "Nodes to join by; none for the first one, which forms the cluster.", "HOST:PORT")
            .Text("--bind", nameof(NodeOptions.Bind), "The address to listen on. The default is 127.0.0.1: this machine alone.", "ADDRESS")
            .Text("--public-host", nameof(NodeOptions.PublicHost), "The name or address that other nodes reach this one by, where it is another.", "HOST")
            .List("--also-known-as", nameof(NodeOptions.AlsoKnownAs),
                "Further names that it answers to, as of a forwarded port, beside those of its certificate and of the address it listens on.", "HOST:PORT")
            .Number(CommandOptions.AtLeast("--port", 0, "Where nodes and clients speak to this one. The default is 4053; 0 is any free one."),
                nameof(NodeOptions.Port))
            .Number(CommandOptions.AtLeast("--channel-port", 0, "Where a coordinator exchanges numbers with its nodes. The default is the port + 1000."),
                nameof(NodeOptions.ChannelPort))
            .Number(CommandOptions.AtLeast(
                "--workers", 0, "Computing threads: a worker actor each, or for large cells several a worker. The default is the number of cores."),
                nameof(NodeOptions.Workers))
            .Text("--data", nameof(NodeOptions.DataDirectory), "What outlives the node: runs, checkpoints, data. The default is rnnactors-data/PORT.", "DIR")
            .Flag("--shared-checkpoints", nameof(NodeOptions.SharedCheckpoints),
                "All coordinators have the same --data directory, so that nothing need be copied between them.")
            .Number(CommandOptions.AtLeast("--max-runs", 1, "Runs that may train or wait at once; more are refused. The default is 100."),
                nameof(NodeOptions.MaxRuns))
            .Number(CommandOptions.AtLeast(
                "--runs", 1, "Runs that train at once, each on all nodes, which share out their processors and memory. The coordinator's counts. "
                + "The default is 1."),
                nameof(NodeOptions.Runs))
            .Text("--preempt", nameof(NodeOptions.Preempt),
                "Whether a run of higher priority interrupts the least urgent one that trains, which goes on later from the same state. "
                + "The coordinator's counts. The default is true.", "true|false")
            .Number(CommandOptions.AtLeast("--keep-days", 0, "How long runs that have ended, and data, are kept when nobody uses them. The default is 30."),
                nameof(NodeOptions.KeepDays))
            .Number(CommandOptions.AtLeast("--keep-runs", 0, "How many runs that have ended are kept. The default is 100."), nameof(NodeOptions.KeepRuns))
            .Number(CommandOptions.AtLeast(
                "--keep-gigabytes", 0, "How much is kept of runs and data, the oldest deleted first, and never what a run needs. The default is 50."),
                nameof(NodeOptions.KeepGigabytes))
            .Text("--suspect-after", nameof(NodeOptions.SuspectAfter),
                "Silence after which a node is suspected and its work given to others; half of it for a coordinator with a standby. The default is 8.",
                "SECONDS")
            .Text("--down-after", nameof(NodeOptions.DownAfter), "How long after that the cluster goes on without it. The default is 4.", "SECONDS")
            .Text("--form-after", nameof(NodeOptions.FormAfter),
                "How long a coordinator that was cut off or restarted waits for other coordinators it knows before it forms a cluster alone. "
                + "The default is 30.",
                "SECONDS")
            .Text("--leave-timeout", nameof(NodeOptions.LeaveTimeout),
                "How long a stopping node waits for its work to be handed over. The default is 60.", "SECONDS")
            .Text("--audit", nameof(NodeOptions.Audit),
                "The share of steps that another machine recomputes in part, to find one that computes wrongly. The coordinator's counts. "
                + "A step that no other machine can recompute goes on, and the status counts it. "
                + "The default is 0.01 where three nodes or more take part, and 0 otherwise.", "SHARE")
            .Number(CommandOptions.AtLeast(
                "--certificate-warning-days", 0, "How long before a certificate expires the node begins to warn of it. The default is 30."),
                nameof(NodeOptions.CertificateWarningDays))
            .Text("--log-format", nameof(NodeOptions.LogFormat),
                "text, or json: an object a line with time, level, event, message and the event's own members. --json is short for it.",
                "FORMAT")
            .Number(CommandOptions.AtLeast("--metrics", 0,
                "Where /metrics (for Prometheus), /health/live and /health/ready are. 0 is any free port; by default there are none."),
                nameof(NodeOptions.MetricsPort))
            .Text("--metrics-bind", nameof(NodeOptions.MetricsBind), "The address that they are at. The default is 127.0.0.1: this machine alone.", "ADDRESS")
            .Number(CommandOptions.Page(
                "Show the cluster on a live page: nodes, runs and their queue, the run that trains. Without a port, any free one."),
                nameof(NodeOptions.PagePort))
            .Text("--page-bind", nameof(NodeOptions.PageBind),
                "The address of the page. The default is 127.0.0.1: this machine alone. On others it is HTTPS, for those with a certificate of the authority.",
                "ADDRESS")
            .Text(OtlpExport.Option, nameof(NodeOptions.Otlp), OtlpExport.Description, "URL")
            .Security();
        var run = new Option<string?>("--run")
        {
            Description = "A specification that the node brings to its cluster when it starts. Brought again, it is the same run.",
            HelpName = "SPEC",
        };
        var json = CommandOptions.Json();
        var command = new Command(
            "node",
            "Makes this process a node of a cluster. Every option may stand in appsettings.json or the environment as well (RnnActors__Port=4053).")
        {
            json, run,
        };
        keys.AddTo(command);
        command.SetAction(
            (parsed, _) => NodeProcess.RunAsync(terminal, keys.Read(parsed), parsed.GetValue(run), parsed.GetValue(json), CommandLine.ShowsDetails));
        return command;
    }
}

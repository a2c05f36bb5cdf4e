using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Data.Wording;
using RnnActors.Training.Protocol;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>The status of a cluster, from its coordinator.</summary>
internal static class StatusText
{
    private const string ShardsColumn = "shards";

    /// <summary>The width at which lists of shards are wrapped.</summary>
    private const int ShardsWidth = 24;

    /// <summary>The number of columns about the traffic of a step.</summary>
    private const int ByteColumns = 3;

    public static void Write(IAnsiConsole console, ClusterStatus status)
    {
        console.MarkupLine(
            $"[bold]Cluster[/] of {Figures.Plural(status.Members.Length, "node")}; the coordinator is {Markup.Escape(status.Coordinator)}, "
            + $"epoch {Figures.Count(status.Epoch)}");
        string[][] rows = Rows(status);
        bool isWide = WidthOf(rows) <= console.Profile.Width;
        console.Write(Nodes(isWide ? rows : [.. rows.Select(row => row[..^ByteColumns])]));
        if (TrainsSeveral(status))
        {
            foreach (var node in status.Nodes.Where(node => node.Shards.Length > 0))
                console.MarkupLine(Markup.Escape($"{node.Node.Name} has the shards {node.Shards}."));
        }

        foreach (var node in status.Nodes.Where(node => node.Reason is not null))
            console.MarkupLine(Markup.Escape($"{node.Node.Name} is {node.State}: {node.Reason!.TrimEnd('.')}."));
        foreach (var run in status.Runs) console.MarkupLine(Markup.Escape(Line(run)));
        if (status.Runs.Length == 0) console.MarkupLine("No runs.");
        if (isWide && Running(status) is { ParameterBytes: > 0 } running)
            console.MarkupLine(
                Markup.Escape($"Sent and received are a step's bytes; the ratio is to parameters and gradient, {Bytes(2 * running.ParameterBytes)}."));
        foreach (var held in status.Storage ?? []) console.MarkupLine(Markup.Escape(Line(held)));
        if (status.RefusedMessages > 0) console.MarkupLine(Markup.Escape($"{Figures.Plural(status.RefusedMessages, "message")} refused."));
        if (status.RefusedConnections > 0)
            console.MarkupLine(Markup.Escape($"{Figures.Plural(status.RefusedConnections, "connection")} turned away at the channel's port."));
    }

    public static void WriteJson(JsonLineWriter lines, ClusterStatus status) => lines.Write(
        "status",
        ("coordinator", status.Coordinator), ("epoch", status.Epoch), ("refused_messages", status.RefusedMessages),
        ("refused_connections", status.RefusedConnections),
        ("members", new JsonArray([.. status.Members.Select(member => new JsonObject
        {
            ["address"] = member.Address, ["roles"] = JsonLineWriter.Node(member.Roles), ["state"] = member.State, ["is_reachable"] = member.IsReachable,
        })])),
        ("nodes", new JsonArray([.. status.Nodes.Select(node => new JsonObject
        {
            ["node"] = node.Node.Name, ["state"] = node.State, ["workers"] = node.Node.Workers, ["is_candidate"] = node.Node.IsCandidate,
            ["shards"] = node.Shards,
            ["rows_per_second"] = JsonLineWriter.Node(node.RowsPerSecond), ["bytes_sent_per_step"] = node.BytesSentPerStep,
            ["bytes_received_per_step"] = node.BytesReceivedPerStep,
            ["memory_bytes"] = node.Node.MemoryBytes, ["vector_bits"] = node.Node.VectorBits, ["version"] = node.Node.Version,
            ["build"] = node.Node.Build, ["reason"] = node.Reason,
        })])),
        ("storage", new JsonArray([.. (status.Storage ?? []).Select(held => new JsonObject
        {
            ["node"] = held.Node, ["runs"] = held.Storage.Runs, ["files"] = held.Storage.Files, ["bytes"] = held.Storage.Bytes,
            ["limit_bytes"] = held.Storage.LimitBytes, ["last_deleted"] = held.Storage.LastDeleted,
            ["warning"] = held.Warning,
        })])),
        ("runs", RunTable.Json(status.Runs)));

    /// <summary>A row for each member, with its work if it has registered. The traffic of a step is at the end, if there is room.</summary>
    private static string[][] Rows(ClusterStatus status)
    {
        var nodes = status.Nodes.ToLookup(node => node.Node.Name);
        long parameters = Running(status)?.ParameterBytes ?? 0;
        bool hasShards = !TrainsSeveral(status);
        string[] Shards(string shards) => hasShards ? [shards] : [];
        return
        [
            ["node", "roles", "state", "workers", .. Shards(ShardsColumn), "rows/s", "sent", "received", "ratio"],
            .. status.Members.Select(member =>
            {
                var node = nodes[member.Address].FirstOrDefault();
                long moved = node is null ? 0 : node.BytesSentPerStep + node.BytesReceivedPerStep;
                return (string[])
                [
                    member.Address, string.Join(", ", member.Roles), !member.IsReachable ? "silent" : node?.State ?? member.State,
                    node is null ? "" : Figures.Count(node.Node.Workers), .. Shards(node?.Shards ?? ""),
                    node is { RowsPerSecond: > 0 } ? Figures.Number(node.RowsPerSecond) : "",
                    moved == 0 ? "" : Bytes(node!.BytesSentPerStep), moved == 0 ? "" : Bytes(node!.BytesReceivedPerStep),
                    moved == 0 || parameters == 0 ? "" : Ratio(moved, parameters),
                ];
            }),
        ];
    }

    /// <summary>Wraps only the shards, since their list may be long.</summary>
    private static Table Nodes(string[][] rows)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (string name in rows[0])
        {
            var column = new TableColumn($"[grey]{name}[/]") { Padding = new Padding(0, 0, 1, 0), NoWrap = name != ShardsColumn };
            table.AddColumn(name is "node" or "roles" or "state" ? column : column.RightAligned());
        }

        foreach (string[] row in rows.Skip(1)) table.AddRow([.. row.Select(Markup.Escape)]);
        return table;
    }

    /// <summary>Includes a space after each column.</summary>
    private static int WidthOf(string[][] rows) => rows[0].Select((name, column) => 1 + rows.Max(row =>
        name == ShardsColumn ? Math.Min(row[column].Length, ShardsWidth) : row[column].Length)).Sum();

    /// <summary>Whether shards are listed by the names of their runs, for which a column has no room.</summary>
    private static bool TrainsSeveral(ClusterStatus status) => status.Runs.Count(run => run.State == RunSummary.Running) > 1;

    /// <summary>The run that trains; null if there are several, since the traffic of their steps differs.</summary>
    private static RunSummary? Running(ClusterStatus status) =>
        status.Runs.Where(run => run.State == RunSummary.Running).Take(2).ToArray() is [var running] ? running : null;

    private static string Line(RunSummary run) =>
        $"Run {run.Name} ({RunIds.Short(run.RunId)}): {run.StateForPeople}"
            + (run.LastStep > 0 ? $", step {Figures.Count(run.Step)}/{Figures.Count(run.LastStep)}" : "")
        + (run.StepsPerSecond > 0 ? $", {Figures.Number(run.StepsPerSecond)} steps/s" : "")
            + (run.StepsPerSecond > 0 ? $", loss {Figures.Number(run.Loss)}" : "")
        + (run.Unaudited == 0 ? "" : $", {Figures.Plural(run.Unaudited, "step")} not audited")
        + (run.Parameters is null ? "" : $", parameters {run.Parameters}") + (run.Message is null ? "" : $" ({run.Message.TrimEnd('.')})")
        + (run.Waits is { } waits ? $". {waits}." : "");

    private static string Line(NodeStorage held) =>
        $"{held.Node} holds {Figures.Plural(held.Storage.Runs, "run")} and {Figures.Plural(held.Storage.Files, "file")} of data, "
        + $"{Bytes(held.Storage.Bytes)} of {Bytes(held.Storage.LimitBytes)}"
        + (held.Storage.LastDeleted is { } deleted ? $". {deleted}." : ".") + (held.Warning is { } warning ? $" {warning}." : "");

    private static string Ratio(long moved, long parameters) => (moved / (2.0 * parameters)).ToString("F3", System.Globalization.CultureInfo.InvariantCulture);

    private static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => $"{Figures.Count(bytes)} B",
        < 10_000_000 => $"{Figures.Count(bytes / 1000)} kB",
        < 10_000_000_000 => $"{Figures.Count(bytes / 1_000_000)} MB",
        _ => FormattableString.Invariant($"{bytes / 1e9:0.#} GB"),
    };
}

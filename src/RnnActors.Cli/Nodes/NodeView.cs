using System.Globalization;
using System.Text.Json;
using RnnActors.Cli.Display;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Nodes;

/// <summary>Prints a node's events, one a line: for people with time and level, for programs as JSON.</summary>
internal sealed class NodeView(Terminal terminal, bool json, TimeProvider time) : INodeView
{
    private readonly JsonLineWriter _lines = new(terminal.Output);

    public void Happened(NodeEvent happened)
    {
        if (json) _lines.Write(JsonNamingPolicy.SnakeCaseLower.ConvertName(happened.GetType().Name), Members(happened));
        else Write(happened.IsWarning, happened.Text + ".");
    }

    /// <summary>Reports that a signal was received, since leaving takes a moment.</summary>
    public void Leaving()
    {
        const string text = "Leaving: work is handed over. Ctrl-C again ends at once";
        if (json) _lines.Write("leaving", Common(isWarning: false).Append(("message", text)));
        else Write(isWarning: false, text + ".");
    }

    private void Write(bool isWarning, string text)
    {
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{time.GetLocalNow():yyyy-MM-dd HH:mm:ss} {(isWarning ? "warn" : "info")}  {text}"));
        terminal.Output.Flush();
    }

    /// <summary>The fields of all lines, the event's sentence, and its own fields.</summary>
    private IEnumerable<(string Key, object? Value)> Members(NodeEvent happened) =>
    [
        .. Common(happened.IsWarning),
        ("message", happened.Text),
        .. happened.GetType().GetProperties()
            .Where(property => property.Name is not (nameof(NodeEvent.Text) or nameof(NodeEvent.IsWarning)) && property.GetIndexParameters().Length == 0)
            .Select(property => (JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), property.GetValue(happened))),
    ];

    private IEnumerable<(string Key, object? Value)> Common(bool isWarning) =>
    [
        ("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        ("level", isWarning ? "warning" : "information"),
    ];
}

using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Plots;
using RnnActors.Cli.Processes;
using RnnActors.Training.Events;
using Spectre.Console;
using Xunit;

namespace RnnActors.Cli.Tests.Nodes;

public sealed class NodeViewTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Every_line_of_JSON_has_its_time_level_event_and_message_and_the_events_own_members()
    {
        var view = View(json: true);
        view.Happened(new MemberJoined("a:1", "worker"));
        view.Happened(new MemberLost("a:1"));
        view.Leaving();
        JsonObject[] lines = [.. _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
        Assert.Equal(["member_joined", "member_lost", "leaving"], lines.Select(line => Text(line, "event")));
        Assert.Equal(["information", "warning", "information"], lines.Select(line => Text(line, "level")));
        Assert.All(lines, line => Assert.Equal("2026-01-02T03:04:05.006Z", Text(line, "time")));
        Assert.Equal(["a:1 joined: worker", "Lost a:1"], lines[..2].Select(line => Text(line, "message")));
        Assert.Equal(("a:1", "worker"), (Text(lines[0], "address"), Text(lines[0], "roles")));

        static string Text(JsonObject line, string key) => line[key]!.GetValue<string>();
    }

    [Fact]
    public void A_line_for_people_has_day_time_and_level()
    {
        var view = View(json: false);
        view.Happened(new MemberJoined("a:1", "worker"));
        view.Happened(new MemberLost("a:1"));
        view.Leaving();
        Assert.Equal(
            [
                "2026-01-02 03:04:05 info  a:1 joined: worker.",
                "2026-01-02 03:04:05 warn  Lost a:1.",
                "2026-01-02 03:04:05 info  Leaving: work is handed over. Ctrl-C again ends at once.",
            ],
            _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private NodeView View(bool json) => new(
        new Terminal(_output, _output, AnsiConsole.Console, false, TextPlotCharacters.Braille, new Invocation("rnnactors")), json, new StoppedTime());

    private sealed class StoppedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero);
    }
}

using RnnActors.Cli.Reports;
using RnnActors.Training.Protocol;
using Spectre.Console.Testing;
using Xunit;

namespace RnnActors.Cli.Tests.Reports;

public class StatusTextTests
{
    /// <summary>A figure that is broken into two lines, or ends in an ellipsis, is another figure.</summary>
    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(140)]
    public void Figures_stay_whole_at_the_widths_of_terminals(int width)
    {
        using var console = new TestConsole().Width(width);
        StatusText.Write(console, new ClusterStatus(
            "127.0.0.1:4153", 1, [Member("127.0.0.1:4153", "coordinator"), Member("127.0.0.1:4155", "worker"), Member("127.0.0.1:4157", "worker")],
            [Node("127.0.0.1:4155", "0–1, 2–3", 20_975), Node("127.0.0.1:4157", "4–5, 6–7", 19_536)],
            [new RunSummary("93261956144a5770", "mackey-glass", RunSummary.Running, 154, 6000, 8.766, 0.007466, 158_660)], 0, 0));
        string[] lines = console.Output.Split('\n');
        Assert.DoesNotContain("…", console.Output, StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("4155", StringComparison.Ordinal) && line.Contains("20,975", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("4157", StringComparison.Ordinal) && line.Contains("19,536", StringComparison.Ordinal));
        Assert.Equal(width >= 100, console.Output.Contains("159 kB", StringComparison.Ordinal));
        Assert.Equal(width >= 100, console.Output.Contains("a step's bytes", StringComparison.Ordinal));
    }

    private static MemberStatus Member(string address, string role) => new(address, [role], "up", true);

    private static NodeStatus Node(string name, string shards, double speed) =>
        new(new NodeDescription("", name, false, 2, 1L << 30, 512, "1.0.0", 0), "ready", shards, speed, 159_000, 159_000);
}

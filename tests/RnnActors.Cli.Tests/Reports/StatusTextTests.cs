using RnnActors.Cli.Reports;
using RnnActors.Training.Protocol;
using Spectre.Console.Testing;
using Xunit;

namespace RnnActors.Cli.Tests.Reports;

public class StatusTextTests
{
    /// <summary>A figure that is broken into two lines, or ends in an ellipsis, is another figure.</summary>
    [Theory]
    [InlineData(70)]
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
        Assert.Equal(width >= 80, console.Output.Contains("159 kB", StringComparison.Ordinal));
        Assert.Equal(width >= 80, console.Output.Contains("a step's bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_several_runs_train_each_has_its_line_and_a_step_s_bytes_are_compared_with_none()
    {
        using var console = new TestConsole().Width(140);
        StatusText.Write(console, new ClusterStatus(
            "a:1", 1, [Member("a:1", "coordinator"), Member("b:1", "worker")], [Node("b:1", "0–3 of one, 4–7 of two", 20_975)],
            [
                new RunSummary("93261956144a5770", "one", RunSummary.Running, 154, 6000, 8.766, 0.007466, 158_660),
                new RunSummary("83261956144a5770", "two", RunSummary.Running, 17, 100, 3.5, 0.5, 1_000),
            ], 0, 0));
        Assert.Contains("Run one (93261956): running, step 154/6,000, 8.766 steps/s, loss 0.007466", console.Output, StringComparison.Ordinal);
        Assert.Contains("Run two (83261956): running, step 17/100, ", console.Output, StringComparison.Ordinal);
        Assert.Contains("0–3 of one, 4–7 of two", console.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a step's bytes", console.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Where_several_runs_train_no_word_is_broken(int width)
    {
        using var console = new TestConsole().Width(width);
        StatusText.Write(console, new ClusterStatus(
            "127.0.0.1:4153", 1, [new("127.0.0.1:4153", ["coordinator", "worker"], "up", true), new("127.0.0.1:4155", ["coordinator", "worker"], "up", true)],
            [Node("127.0.0.1:4153", "0–1 of shakespeare-characters, 4–7 of temperatures", 20_975), Node("127.0.0.1:4155", "", 0)],
            [
                new RunSummary("93261956144a5770", "shakespeare-characters", RunSummary.Running, 154, 6000, 8.766, 0.007466, 158_660),
                new RunSummary("83261956144a5770", "temperatures", RunSummary.Running, 17, 100, 3.5, 0.5, 1_000),
            ], 0, 0));
        string[] lines = console.Output.Split('\n');
        Assert.Contains(
            "127.0.0.1:4153 has the shards 0–1 of shakespeare-characters, 4–7 of temperatures.",
            string.Join(' ', console.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("state workers rows/s", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("127.0.0.1:4155 has", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width));
        Assert.Contains(lines, line => line.Contains("4153", StringComparison.Ordinal) && line.Contains("20,975", StringComparison.Ordinal));
    }

    private static MemberStatus Member(string address, string role) => new(address, [role], "up", true);

    private static NodeStatus Node(string name, string shards, double speed) =>
        new(new NodeDescription("", name, false, 2, 1L << 30, 512, "1.0.0", 0), "ready", shards, speed, 159_000, 159_000);
}

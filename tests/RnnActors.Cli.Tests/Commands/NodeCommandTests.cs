using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary>What a node is told wrongly is refused before it listens, and what is asked of a cluster that is not there is answered with a sentence.</summary>
public class NodeCommandTests
{
    [Theory]
    [InlineData("--role: there is no role wrker. Did you mean worker?", "--role", "wrker")]
    [InlineData("--role: there is no role both. The roles are coordinator and worker; for both write coordinator,worker.", "--role", "both")]
    [InlineData("'host' names no port", "--join", "host")]
    [InlineData("'host' names no port", "--join", "other:1", "host")]
    [InlineData("--max-runs is 0", "--max-runs", "0")]
    [InlineData("the node has no certificates", "--bind", "0.0.0.0")]
    [InlineData("RnnActors:Tls lacks Key", "--certificate", "c.pem")]
    [InlineData("--suspect-after is '-1', but it must be seconds from 0.1 to 3600, or hours:minutes:seconds.", "--suspect-after", "-1")]
    [InlineData("--leave-timeout is '5m', but", "--leave-timeout", "5m")]
    [InlineData("--port is x", "--port", "x")]
    [InlineData("--metrics is 70000, but it must be from 0 to 65535", "--metrics", "70000")]
    [InlineData("--metrics-bind is 'everywhere', which is no IP address", "--metrics", "0", "--metrics-bind", "everywhere")]
    [InlineData("--page is 70000, but it must be a port from 0 to 65535", "--page", "70000")]
    [InlineData("--page-bind is 'everywhere', which is no IP address", "--page", "--page-bind", "everywhere")]
    [InlineData("ther machines can reach the page at 0.0.0.0, and the node has no certificates", "--page", "0", "--page-bind", "0.0.0.0")]
    [InlineData("Did you mean --join?", "--joinn", "host:1")]
    public async Task What_a_node_cannot_be_is_refused(string problem, params string[] options)
    {
        var run = await CommandRun.OfAsync(["node", .. options]);

        Assert.Equal(2, run.Code);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_said_not_to()
    {
        var run = await CommandRun.OfAsync("status", "--cluster", "127.0.0.1:1");

        Assert.Equal(2, run.Code);
        Assert.Contains("No coordinator answered within 5 s by 127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_reports_nothing_is_not_healthy()
    {
        using var folder = new TemporaryFolder();

        var run = await CommandRun.OfAsync("health", "--data", folder.File("none"));

        Assert.Equal(1, run.Code);
        Assert.Contains("No node reports its health", run.Error, StringComparison.Ordinal);
    }
}

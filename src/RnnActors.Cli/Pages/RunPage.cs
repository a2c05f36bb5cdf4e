using System.Net;
using RnnActors.Cli.Display;
using RnnActors.Core.Problems;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Training.Client;

namespace RnnActors.Cli.Pages;

/// <summary>The live page of a run, for this machine only. When the run ends, readers are told before the server stops.</summary>
internal sealed class RunPage : IAsyncDisposable
{
    private readonly Terminal _terminal;
    private readonly PageServer _server;
    private ClusterWatch? _watch;

    private RunPage(Terminal terminal, PageServer server) => (_terminal, _server) = (terminal, server);

    public PageFeed Feed => _server.Feed;

    /// <summary>The path of the report; null before there is one.</summary>
    public string? Report { set => _server.Report = value; }

    public Uri Address => _server.Address;

    /// <summary>Opens the page and prints its address.</summary>
    /// <param name="port">0 for any free one; null for no page.</param>
    /// <exception cref="InvalidInputException">The port is not available.</exception>
    public static async Task<RunPage?> OpenAsync(Terminal terminal, int? port, bool json)
    {
        if (port is not { } number) return null;
        var page = new RunPage(terminal, await PageServer.StartAsync(IPAddress.Loopback, number, "--page").ConfigureAwait(false));
        if (json) new JsonLineWriter(terminal.Output).Write("page", ("url", page.Address.ToString()));
        else terminal.Output.WriteLine($"page    {page.Address}");
        terminal.Output.Flush();
        return page;
    }

    /// <summary>A view that also updates the page; the view itself if there is no page.</summary>
    public static IRunView Around(IRunView view, RunPage? page) => page is null ? view : new PageView(view, page);

    /// <summary>Adds the nodes of a cluster to the page.</summary>
    /// <param name="cluster">Null for a run in this process.</param>
    public void Watch(ClientOptions? cluster)
    {
        if (cluster is not null) _watch ??= new ClusterWatch(cluster, Feed);
    }

    public string CommandOf(NextStep next) => _terminal.Invocation.Of(next.Arguments);

    public async ValueTask DisposeAsync()
    {
        Feed.End(PagePhase.Failed, new PageEnd("The run has ended before its last step.", ["The terminal says why."], "unknown", null));
        if (_watch is not null) await _watch.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}

using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using RnnActors.Cli.Display;
using RnnActors.Cli.Http;
using RnnActors.Core.Problems;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Training.Client;

namespace RnnActors.Cli.Pages;

/// <summary>
/// The live page of a run, on this machine alone: its files, and a stream of events (server-sent) that begins with everything that is known, so that whoever
/// comes late or comes again sees the same. It is read-only. When the run ends, readers are told before the server goes away.
/// </summary>
internal sealed class RunPage : IAsyncDisposable
{
    /// <summary>Streams at a time; more are refused, since each costs a look twice a second.</summary>
    public const int MostReaders = 64;

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>The report has its style sheet in itself, and no script.</summary>
    private const string ReportPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>How long readers have for the end, and for the report.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3), BetweenSigns = TimeSpan.FromSeconds(15);

    private readonly Terminal _terminal;
    private WebServer? _server;
    private ClusterWatch? _watch;
    private int _readers, _awaitedReports;

    private RunPage(Terminal terminal) => _terminal = terminal;

    public PageFeed Feed { get; } = new();

    /// <summary>The report's file; null before there is one.</summary>
    public string? Report { get; set; }

    public Uri Address => _server!.Address;

    /// <summary>Opens the page and says where it is.</summary>
    /// <param name="port">0 for any free one; null for no page.</param>
    /// <exception cref="InvalidInputException">The port cannot be had.</exception>
    public static async Task<RunPage?> OpenAsync(Terminal terminal, int? port, bool json)
    {
        if (port is not { } number) return null;
        var page = new RunPage(terminal);
        page._server = await WebServer.StartAsync(IPAddress.Loopback, number, "--page", page.AnswerAsync).ConfigureAwait(false);
        if (json) new JsonLineWriter(terminal.Output).Write("page", ("url", page.Address.ToString()));
        else terminal.Output.WriteLine($"page    {page.Address}");
        terminal.Output.Flush();
        return page;
    }

    /// <summary>The view that shows a run on the page too, where there is one.</summary>
    public static IRunView Around(IRunView view, RunPage? page) => page is null ? view : new PageView(view, page);

    /// <summary>Shows the nodes of a cluster too.</summary>
    /// <param name="cluster">Null for a run in this process.</param>
    public void Watch(ClientOptions? cluster)
    {
        if (cluster is not null) _watch ??= new ClusterWatch(cluster, Feed);
    }

    public string CommandOf(NextStep next) => _terminal.Invocation.Of(next.Arguments);

    public async ValueTask DisposeAsync()
    {
        Feed.End(PagePhase.Failed, new PageEnd("The run has ended before its last step.", ["The terminal says why."], "unknown", null));
        var until = TimeProvider.System.GetTimestamp();
        while ((Volatile.Read(ref _readers) > 0 || Volatile.Read(ref _awaitedReports) > 0) && TimeProvider.System.GetElapsedTime(until) < Farewell)
            await Task.Delay(20).ConfigureAwait(false);
        if (_watch is not null) await _watch.DisposeAsync().ConfigureAwait(false);
        await _server!.DisposeAsync().ConfigureAwait(false);
    }

    private Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        context.Response.Headers.ContentSecurityPolicy = path == "/report.html" ? ReportPolicy : Policy;
        if (path == "/events") return StreamAsync(context);
        if (path == "/report.html" && Report is { } report) return SendReportAsync(context, report);
        if (PageAssets.Find(path) is { } asset) return SendAsync(context, asset.ContentType, asset.Content);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task SendAsync(HttpContext context, string contentType, byte[] content)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        if (HttpMethods.IsGet(context.Request.Method)) await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task SendReportAsync(HttpContext context, string path)
    {
        try
        {
            await SendAsync(context, "text/html; charset=utf-8", await File.ReadAllBytesAsync(path, context.RequestAborted).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (IOException)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }

        Interlocked.Decrement(ref _awaitedReports);
    }

    private async Task StreamAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _readers) > MostReaders) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else await TypedResults.ServerSentEvents(FollowAsync(context.RequestAborted)).ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader went away.
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    /// <summary>A reader that is slow is sent less often, never an old state: what is sent is made when the last one has gone out.</summary>
    private async IAsyncEnumerable<SseItem<string>> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        PageSnapshot? sent = null;
        long said = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var now = Feed.Look();
            if (PageFrame.Of(sent, now) is { } frame)
            {
                if (now.IsOver && Report is not null) Interlocked.Increment(ref _awaitedReports);
                yield return new SseItem<string>(frame.ToJson(), "frame")
                {
                    EventId = $"{now.Number}",
                    ReconnectionInterval = sent is null ? TimeSpan.FromSeconds(1) : null,
                };
                said = TimeProvider.System.GetTimestamp();
            }
            else if (TimeProvider.System.GetElapsedTime(said) > BetweenSigns)
            {
                yield return new SseItem<string>("", "sign");
                said = TimeProvider.System.GetTimestamp();
            }

            if (now.IsOver) yield break;
            sent = now;
            await Task.WhenAny(Feed.Over, Task.Delay(PageFeed.Interval, cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}

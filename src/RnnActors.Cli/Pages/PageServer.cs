using System.Net;
using System.Net.Security;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using RnnActors.Cli.Http;
using RnnActors.Core.Problems;

namespace RnnActors.Cli.Pages;

/// <summary>
/// The server of a live page: its files, and a stream of server-sent events. The stream begins with the complete state, so late and returning readers see the
/// same. It is read-only.
/// </summary>
internal sealed class PageServer : IAsyncDisposable
{
    /// <summary>The maximum number of simultaneous streams, since each takes an update twice a second; more are refused.</summary>
    public const int MaxReaders = 64;

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>The report has an embedded style sheet, and no script.</summary>
    private const string ReportPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>How long readers may take to receive the end and the report, and the time between signs of life on a quiet stream.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3), BetweenSigns = TimeSpan.FromSeconds(15);

    private WebServer? _server;
    private int _readers, _awaitedReports;

    public PageFeed Feed { get; } = new();

    /// <summary>The path of the report; null before there is one.</summary>
    public string? Report { get; set; }

    public Uri Address => _server!.Address;

    /// <param name="port">0 for any free one.</param>
    /// <param name="option">The user's option for the port, for errors.</param>
    /// <param name="tls">For readers on other machines; null for plain text.</param>
    /// <exception cref="InvalidInputException">The address or the port is not available.</exception>
    public static async Task<PageServer> StartAsync(IPAddress address, int port, string option, Func<SslServerAuthenticationOptions?>? tls = null)
    {
        var page = new PageServer();
        page._server = await WebServer.StartAsync(address, port, option, page.AnswerAsync, tls: tls).ConfigureAwait(false);
        return page;
    }

    /// <summary>Ends the streams, after telling readers how a finished run ended.</summary>
    public async ValueTask DisposeAsync()
    {
        Feed.Close();
        var until = TimeProvider.System.GetTimestamp();
        while ((Volatile.Read(ref _readers) > 0 || Volatile.Read(ref _awaitedReports) > 0) && TimeProvider.System.GetElapsedTime(until) < Farewell)
            await Task.Delay(20).ConfigureAwait(false);
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
            if (Interlocked.Increment(ref _readers) > MaxReaders) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else await TypedResults.ServerSentEvents(FollowAsync(context.RequestAborted)).ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has disconnected.
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    /// <summary>Streams frames to a reader. A slow one gets fewer, but never an outdated one: each is made when the previous one was sent.</summary>
    private async IAsyncEnumerable<SseItem<string>> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        PageSnapshot? sent = null;
        long said = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var now = Feed.Snapshot();
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

            if (now.IsOver || Feed.IsClosed) yield break;
            sent = now;
            await Task.WhenAny(Feed.Over, Task.Delay(PageFeed.Interval, cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}

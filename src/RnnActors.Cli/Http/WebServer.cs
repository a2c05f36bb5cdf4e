using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RnnActors.Cli.Processes;
using RnnActors.Core.Problems;

namespace RnnActors.Cli.Http;

/// <summary>A small read-only web server in this process, which answers GET and HEAD.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private const int MaxConnections = 256;

    /// <summary>How long a connection may last when the server ends.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;

    private WebServer(WebApplication app) => _app = app;

    /// <summary>Its address: <c>http://127.0.0.1:8080/</c>.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <param name="port">0 for any free one.</param>
    /// <param name="option">The user's option for the port, for errors.</param>
    /// <param name="configure">Adds services and middleware; null for none.</param>
    /// <param name="tls">
    /// Called for each connection, so that certificates may change; null for plain text. While it returns null, connections are refused.
    /// </param>
    /// <exception cref="InvalidInputException">The address or the port is not available.</exception>
    public static async Task<WebServer> StartAsync(
        IPAddress address, int port, string option, RequestDelegate answer, Action<IServiceCollection>? configure = null, Action<WebApplication>? use = null,
        Func<SslServerAuthenticationOptions?>? tls = null)
    {
        if (port > ushort.MaxValue) throw new InvalidInputException($"{option} is {port}, but it must be from 0 to {ushort.MaxValue}");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(address, port, listen =>
            {
                if (tls is null) return;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(
                        tls() ?? throw new AuthenticationException("The node has no certificates yet.")),
                });
            });
        });
        builder.Services.AddSingleton<IHostLifetime, UnsignalledLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Ending);
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        bool isLocal = IPAddress.IsLoopback(address);
        app.Use((context, next) => Guard(context, next, isLocal));
        use?.Invoke(app);
        app.Run(answer);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            string reason = error.GetBaseException() is SocketException { SocketErrorCode: SocketError.AccessDenied } ? "this user may not listen there"
                : error.GetBaseException() is SocketException { SocketErrorCode: SocketError.AddressNotAvailable } ? "this machine has no such address"
                : "another program listens there";
            throw new InvalidInputException($"{option} {port} cannot be had at {address}: {reason}", "Choose another port, or 0 for any free one",
                cause: error);
        }

        return new WebServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Adds common headers, and refuses foreign host names: with DNS rebinding, a page of another site could otherwise read everything.</summary>
    private static Task Guard(HttpContext context, RequestDelegate next, bool isLocal)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (isLocal && !IsLoopback(context.Request.Host.Host)) return Refuse(context, StatusCodes.Status421MisdirectedRequest);
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) return next(context);
        headers.Allow = "GET, HEAD";
        return Refuse(context, StatusCodes.Status405MethodNotAllowed);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}

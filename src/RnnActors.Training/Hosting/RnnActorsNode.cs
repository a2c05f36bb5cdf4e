using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>
/// The node of a host: it starts an actor system, joins a cluster, and leaves when the host stops. If the cluster removes it, as the losing side of a
/// partition, it ends the actor system with all its work and starts another. The new one asks to be let in for as long as it takes.
/// </summary>
public sealed class RnnActorsNode : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan BetweenLives = TimeSpan.FromSeconds(1);

    private readonly NodeOptions _options;
    private readonly NodeActors _actors;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<RnnActorsNode> _log;
    private readonly INodeView? _view;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _reporting = new();
    private volatile NodeLife? _life;
    private volatile TlsCredentials? _credentials;
    private IDisposable? _directory;
    private Task _running = Task.CompletedTask;
    private int _disposed;

    internal RnnActorsNode(NodeOptions options, NodeActors actors, ILoggerFactory loggers, INodeView? view, TimeProvider time) =>
        (_options, _actors, _loggers, _log, _view, _time) = (options, actors, loggers, loggers.CreateLogger<RnnActorsNode>(), view, time);

    /// <summary>The node's address; null before it has started and between two lives.</summary>
    public HostAndPort? Address => _life?.Address;

    /// <summary>
    /// TLS options for a server beside the node. It accepts only certificates of the cluster's authority. Null before the node has started, and where it has no
    /// certificates.
    /// </summary>
    public SslServerAuthenticationOptions? ServerAuthentication => _credentials?.ServerOptions();

    internal ActorSystem? System => _life?.System;

    /// <exception cref="InvalidInputException">The options contradict each other, a port is taken, or a certificate is missing.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _options.Validate();
        var own = _options.Tls?.Load();
        own?.RequireNode(_options.Tls!);
        RefuseTakenPort();
        _directory = new NodeDirectory(_options.EffectiveDataDirectory)
            .Lock(_options.SharedCheckpoints, warning => Report(new DirectoryOpen(warning)));
        HealthFile.Of(_options).Clear();
        var setup = new NodeSetup(_options, _actors, new KnownNodes(_options), own, _loggers, _time, Report);
        _credentials = setup.Credentials;
        await Task.Run(() => ArithmeticProof.OfThisProcess, cancellationToken).ConfigureAwait(false);
        var life = await NodeLife.StartAsync(setup, cancellationToken).ConfigureAwait(false);
        Report(new NodeListening(life.Address.ToString(), _options.Role.ToString().ToLowerInvariant(), _options.EffectiveWorkers));
        if (setup.Credentials is { } credentials)
            _ = new CertificateWatch(_options.Tls!, credentials, _options.CertificateWarningDays, TimeProvider.System, Report).RunAsync(_stopping.Token);
        _running = RunAsync(setup with { Options = LaterOptions(life.Address) }, life);
    }

    /// <summary>Leaves the cluster and hands over unfinished work.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_life is { } life) await life.LeaveAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_directory is not null) HealthFile.Of(_options).Clear();
        _directory?.Dispose();
    }

    /// <summary>Ends the actor system. If the node has not left its cluster, it does not do so now.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_life is { } life) await life.DisposeAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _directory?.Dispose();
        _stopping.Dispose();
    }

    internal Task<HealthCheckResult> CheckAsync(string check, CancellationToken cancellation) =>
        _life?.CheckAsync(check, cancellation) ?? Task.FromResult(HealthCheckResult.Unhealthy("The node is starting."));

    /// <summary>Degraded where a certificate expires soon: the node works, and somebody has to act.</summary>
    internal HealthCheckResult CheckCertificates() =>
        _credentials?.Warning is { } warning ? HealthCheckResult.Degraded(warning + ".") : HealthCheckResult.Healthy();

    private async Task RunAsync(NodeSetup setup, NodeLife life)
    {
        while (true)
        {
            await using (life.ConfigureAwait(false))
            {
                // A stop that began before this line did not see this life, so the life is ended here. It is not a member yet.
                Interlocked.Exchange(ref _life, life);
                if (_stopping.IsCancellationRequested) await life.EndAsync().ConfigureAwait(false);
                var searching = new ClusterSearch(setup, life, _stopping.Token).RunAsync();
                var waiting = TellWhileWaitingAsync(setup, life);
                await life.Ended.ConfigureAwait(false);
                _life = null;
                await waiting.ConfigureAwait(false);
                await searching.ConfigureAwait(false);
            }

            if (_stopping.IsCancellationRequested)
            {
                Report(new NodeLeft());
                return;
            }

            // A node that was never in a cluster has lost none, and gets no right to form one.
            if (life.WasMember) setup.KnownNodes.Experienced();
            Report(life.WasMember ? new NodeRejoining(life.EndReason, Shown(setup, life)) : new NodeNotLetIn(Shown(setup, life)));
            if (await NextLifeAsync(setup).ConfigureAwait(false) is not { } next) return;
            life = next;
        }
    }

    /// <summary>The options of later lives, with the port of the first, by which others know the node.</summary>
    private NodeOptions LaterOptions(HostAndPort first) =>
        _options with { Port = first.Port, ChannelPort = _options.EffectiveChannelPort, DataDirectory = _options.EffectiveDataDirectory };

    /// <returns>Null if the host stops first.</returns>
    private async Task<NodeLife?> NextLifeAsync(NodeSetup setup)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(BetweenLives, _stopping.Token).ConfigureAwait(false);
                return await NodeLife.StartAsync(setup, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
            }
            catch (Exception error)
            {
                // The port may be taken for a moment; a node that gave up would need a restart by hand.
                Said.CannotStart(_log, error);
            }
        }

        return null;
    }

    /// <summary>Reports from time to time that no node has answered yet.</summary>
    private async Task TellWhileWaitingAsync(NodeSetup setup, NodeLife life)
    {
        double waited = 0, pause = 5;
        while (true)
        {
            var ended = life.Ended;
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(pause))).ConfigureAwait(false);
            if (ended.IsCompleted || life.Cluster.IsUp || _stopping.IsCancellationRequested) return;
            waited += pause;
            pause = Math.Min(60, 2 * pause);
            Report(new JoinPending(Shown(setup, life), waited));
        }
    }

    private static string Shown(NodeSetup setup, NodeLife life) => string.Join(", ", setup.KnownNodes.Others(life.Address).Select(other => other.Address));

    private void RefuseTakenPort()
    {
        if (_options.Port == 0) return;
        try
        {
            var address = IPAddress.TryParse(HostAndPort.Normalised(_options.Bind), out var given) ? given : Dns.GetHostAddresses(_options.Bind)[0];
            using var probe = new TcpListener(address, _options.Port);
            probe.Start();
        }
        catch (SocketException error)
        {
            throw error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new InvalidInputException(
                    $"port {_options.Port} of {_options.Bind} is taken, perhaps by another node", "Give this one another port", cause: error),
                SocketError.AccessDenied =>
                    new InvalidInputException($"port {_options.Port} may not be listened on", "Give the node a port above 1023", cause: error),
                _ => new InvalidInputException(
                    $"{_options.Bind}:{_options.Port} cannot be listened on: {error.Message}", "Bind the node to an address of this machine", cause: error),
            };
        }
    }

    private void Report(NodeEvent happened)
    {
        Said.Event(_log, happened.IsWarning ? LogLevel.Warning : LogLevel.Information, happened.Text);
        lock (_reporting) _view?.Happened(happened);
    }

    private static class Said
    {
        private static readonly Action<ILogger, Exception?> CannotStartMessage =
            LoggerMessage.Define(LogLevel.Warning, new EventId(2, "CannotStart"), "The node cannot start again yet; it goes on trying.");

        public static void CannotStart(ILogger log, Exception error) => CannotStartMessage(log, error);

        public static void Event(ILogger log, LogLevel level, string text) =>
            log.Log(level, new EventId(1, "NodeEvent"), text, null, static (state, _) => state);
    }
}

using System.Net;
using System.Net.Sockets;
using RnnActors.Training.Addresses;

namespace RnnActors.Training.Tests.Membership;

/// <summary>A port that leads to another one, as that of a router or of <c>kubectl port-forward</c>.</summary>
internal sealed class ForwardedPort : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();

    public ForwardedPort(HostAndPort? target = null)
    {
        Target = target;
        _listener.Start();
        _ = ForwardAllAsync();
    }

    public HostAndPort? Target { get; set; }

    public HostAndPort Address => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
    }

    private async Task ForwardAllAsync()
    {
        try
        {
            while (true) _ = ForwardAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ForwardAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await far.ConnectAsync(Target!.Value.Host, Target.Value.Port, _ending.Token);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), _ending.Token), far.GetStream().CopyToAsync(near.GetStream(), _ending.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
            }
        }
    }
}

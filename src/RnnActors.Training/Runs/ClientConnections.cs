using Akka.Actor;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Runs;

/// <summary>A client that follows a run.</summary>
/// <param name="Brings">Whether it submitted the run, and so has its data.</param>
internal sealed record Client(IActorRef Follower, string RunId, bool Brings, ChannelSink Sink, byte[] Token)
{
    /// <summary>When it was accepted, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Since { get; } = Environment.TickCount64;

    public TensorChannel? Channel { get; set; }
}

/// <summary>The connected clients; a client lives as long as its channel.</summary>
internal sealed class ClientConnections
{
    private readonly Dictionary<ChannelSink, Client> _clients = [];

    public IEnumerable<Client> All => _clients.Values;

    public void Add(Client client) => _clients[client.Sink] = client;

    public Client? Find(ChannelSink sink) => _clients.GetValueOrDefault(sink);

    public Client? Find(IActorRef follower) => _clients.Values.FirstOrDefault(client => client.Follower.Equals(follower));

    public void Remove(Client client) => _clients.Remove(client.Sink);
}

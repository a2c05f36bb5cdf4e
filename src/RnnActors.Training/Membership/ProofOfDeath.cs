using Akka.Actor;
using Akka.Cluster;

namespace RnnActors.Training.Membership;

/// <summary>
/// Shortens the wait for a node whose process is gone: told that its tensor channel broke, it tries the port of its remoting. A machine that refuses the connection is
/// there, and the process is not, so the cluster goes on without it at once. It looks for the other members as well. Silence proves nothing: then
/// <see cref="DowningActor"/> decides.
/// </summary>
public sealed class ProofOfDeath : ReceiveActor, IDisposable
{
    private const int Attempts = 8, RefusalsNeeded = 2;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly CancellationTokenSource _stopped = new();
    private readonly HashSet<Address> _asked = [];

    public ProofOfDeath()
    {
        Receive<ChannelBroke>(broke =>
        {
            Examine(broke.Address);
            // Whatever killed it may have killed others, whose channels were with it.
            foreach (var member in _cluster.State.Members) Examine(member.Address);
        });
        Receive<Verdict>(verdict =>
        {
            _asked.Remove(verdict.Address);
            if (!verdict.IsDead) return;
            ProvableFailureDetector.Condemn(_cluster.FailureDetector, verdict.Address);
            _cluster.Down(verdict.Address);
        });
    }

    /// <summary>The tensor channel to the node at this address broke.</summary>
    public sealed record ChannelBroke(Address Address);

    public static Props Props() => Akka.Actor.Props.Create(() => new ProofOfDeath());

    public void Dispose() => _stopped.Dispose();

    protected override void PostStop() => _stopped.Cancel();

    private void Examine(Address address)
    {
        if (address == _cluster.SelfAddress || !_asked.Add(address)) return;
        IsGoneAsync(address.Host!, address.Port!.Value, _stopped.Token).PipeTo(Self, success: isGone => new Verdict(address, isGone));
    }

    /// <summary>Twice in a row, since a process that just starts also refuses for a moment.</summary>
    internal static async Task<bool> IsGoneAsync(string host, int port, CancellationToken stopped)
    {
        int refusals = 0;
        for (int i = 0; i < Attempts && refusals < RefusalsNeeded && !stopped.IsCancellationRequested; i++)
        {
            if (i > 0) await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
            refusals = await PortProbe.TryAsync(host, port, stopped).ConfigureAwait(false) == PortAnswer.Refuses ? refusals + 1 : 0;
        }

        return refusals == RefusalsNeeded;
    }

    private sealed record Verdict(Address Address, bool IsDead);
}

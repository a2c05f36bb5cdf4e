using System.Net;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using DotNetty.Handlers.Tls;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;

namespace RnnActors.Training.Membership;

/// <summary>
/// Reports peers that the transport refused because they do not belong to the cluster, each at most once in a while. Connections that end during the handshake,
/// as those of killed nodes, are not reported; clients that act as nodes are.
/// </summary>
internal sealed partial class RefusalWatch : ReceiveActor
{
    public RefusalWatch(Action<NodeEvent> report, TimeProvider time)
    {
        var refused = new RefusedPeers(time);
        Receive<Error>(error => error.Cause?.GetBaseException() is AuthenticationException or NotSslRecordException, error =>
        {
            if (PeerOf(error.Message.ToString() ?? "") is { } peer && refused.IsNews(peer))
                report(new PeerRefused(peer, "it has shown no certificate of this cluster"));
        });
        Receive<Error>(error =>
        {
            if (error.Message.ToString() is { } message && Dropped().Match(message) is { Success: true } match && refused.IsNews(match.Groups[1].Value))
                report(new NameRefused(match.Groups[1].Value, string.Join(", ", Named().Matches(match.Groups[2].Value).Select(own => own.Groups[1].Value))));
        });
        Receive<ClientRefused>(one =>
        {
            if (refused.IsNews($"{one.Address}: {one.Reason}")) report(new PeerRefused(one.Address, one.Reason));
        });
    }

    public static Props Props(Action<NodeEvent> report) => Akka.Actor.Props.Create(() => new RefusalWatch(report, TimeProvider.System));

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(Error));
        Context.System.EventStream.Subscribe(Self, typeof(ClientRefused));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    /// <summary>The peer's address, if Akka.Remote logged that its TLS was refused; null for other logs.</summary>
    private static string? PeerOf(string message)
    {
        if (Failed().Match(message) is not { Success: true } match || !IPEndPoint.TryParse(match.Groups[1].Value, out var peer)) return null;
        return PlainAddress.Of(peer.Address).ToString();
    }

    /// <summary>Akka.Remote's log entry about a message for another name: that name, and the node's own ones.</summary>
    [GeneratedRegex(@"^Dropping message .* arriving at \[[^\]]*@([^\]]+)\] inbound addresses(?: are)? \[(.*)\]$")]
    private static partial Regex Dropped();

    [GeneratedRegex(@"@([^,/\s]+)")]
    private static partial Regex Named();

    [GeneratedRegex(@"^TLS handshake failed on channel \[.+->(.+)\]\(Id=")]
    private static partial Regex Failed();
}

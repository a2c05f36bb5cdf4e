using System.Net;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using DotNetty.Handlers.Tls;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;

namespace RnnActors.Training.Membership;

/// <summary>
/// Tells people, in a line, of those whom the transport turns away since they do not belong to the cluster, and of each one once and no more for a while. Nodes whose
/// connections end before they stand, as when they are killed, are none of them.
/// </summary>
internal sealed partial class RefusalWatch : ReceiveActor
{
    public RefusalWatch(Action<NodeEvent> report, TimeProvider time)
    {
        var refused = new RefusedPeers(time);
        Receive<Error>(error => error.Cause?.GetBaseException() is AuthenticationException or NotSslRecordException, error =>
        {
            if (PeerOf(error.Message.ToString() ?? "") is { } peer && refused.IsNews(peer)) report(new PeerRefused(peer, "it has shown no certificate of this cluster"));
        });
    }

    public static Props Props(Action<NodeEvent> report) => Akka.Actor.Props.Create(() => new RefusalWatch(report, TimeProvider.System));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(Error));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    /// <summary>The other side's address, where Akka.Remote logs that somebody's TLS was not accepted; null where it logs something else.</summary>
    private static string? PeerOf(string message)
    {
        if (Failed().Match(message) is not { Success: true } match || !IPEndPoint.TryParse(match.Groups[1].Value, out var peer)) return null;
        return PlainAddress.Of(peer.Address).ToString();
    }

    [GeneratedRegex(@"^TLS handshake failed on channel \[.+->(.+)\]\(Id=")]
    private static partial Regex Failed();
}

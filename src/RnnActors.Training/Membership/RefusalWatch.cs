using System.Net;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using RnnActors.Training.Hosting;

namespace RnnActors.Training.Membership;

/// <summary>Tells people, in a line, of those whom the transport turns away since they do not belong to the cluster, and of each one once and no more for a while.</summary>
internal sealed partial class RefusalWatch : ReceiveActor
{
    public RefusalWatch(Action<NodeEvent> report, TimeProvider time)
    {
        var refused = new RefusedPeers(time);
        Receive<Warning>(warning =>
        {
            if (RefusedBy(warning.Message.ToString() ?? "") is { } peer && refused.IsNews(peer))
                report(new PeerRefused(peer));
        });
    }

    public static Props Props(Action<NodeEvent> report) => Akka.Actor.Props.Create(() => new RefusalWatch(report, TimeProvider.System));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(Warning));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    /// <summary>The address of whom Akka.Remote says in its log that it turned it away; null where it says something else.</summary>
    private static string? RefusedBy(string message)
    {
        if (Rejected().Match(message) is not { Success: true } match || !IPEndPoint.TryParse(match.Groups[1].Value, out var peer)) return null;
        return (peer.Address.IsIPv4MappedToIPv6 ? peer.Address.MapToIPv4() : peer.Address).ToString();
    }

    [GeneratedRegex(@"^Rejected incoming connection from \[(.+)\] due to TLS handshake failure")]
    private static partial Regex Rejected();
}

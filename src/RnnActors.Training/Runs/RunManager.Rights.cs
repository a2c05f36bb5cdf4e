using Akka.Actor;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>What clients may do. Where there are certificates, only signed messages count.</summary>
internal sealed partial class RunManager
{
    private const int MaxTold = 100;

    private readonly ClientGate? _gate;
    private readonly HashSet<string> _offeredTo = [], _toldOfRights = [];

    private void ReceiveSigned()
    {
        Receive<AskSession>(_ =>
        {
            if (_gate is null) return;
            if (_offeredTo.Count < MaxTold) _offeredTo.Add(AddressOf(Sender));
            Sender.Tell(new SessionOffered(_gate.Offer()));
        });
        Receive<SignedRequest>(request =>
        {
            if (_gate is null || ClientOf(request) is not { } client) return;
            var passage = _gate.Check(request);
            if (passage.IsUnknown) Sender.Tell(new SessionOffered(_gate.Offer()));
            if (passage.Message is { } message) Self.Tell(new Permitted(message), client);
            if (passage.Refusal is not { } refusal) return;
            client.Tell(refusal, Self);
            TellOfRights($"A client at {AddressOf(Sender)} is refused: {refusal.Reason}");
        });
    }

    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is Permitted permitted) return base.AroundReceive(receive, permitted.Message);
        if (_gate is null || message is not IWireMessage said || ClientRights.NeededFor(said) is null) return base.AroundReceive(receive, message);
        // A client that waits for its session also sends unsigned messages, for coordinators of older versions.
        if (!_offeredTo.Contains(AddressOf(Sender)))
            TellOfRights($"A client at {AddressOf(Sender)} is not answered: it does not sign what it says, as those of older versions. Give it this version");
        return true;
    }

    private void TellOfRights(string news)
    {
        if (_toldOfRights.Count < MaxTold && _toldOfRights.Add(news)) _settings.Report(news);
    }

    private static string AddressOf(IActorRef client) => client.Path.Address is { Host: { } host } ? host : "this machine";

    /// <summary>The actor that gets the answer: one in the process that sent the request; null for any other.</summary>
    private IActorRef? ClientOf(SignedRequest request) =>
        ActorPath.TryParse(request.AnswerTo, out var path) && path.Address == Sender.Path.Address
            ? ((ExtendedActorSystem)Context.System).Provider.ResolveActorRef(request.AnswerTo)
            : null;

    /// <summary>A signed message that its client has the right to send.</summary>
    private sealed record Permitted(IWireMessage Message);
}

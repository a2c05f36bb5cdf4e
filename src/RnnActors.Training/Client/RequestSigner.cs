using Akka.Actor;
using RnnActors.Core.Problems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>
/// Signs what a client's actors send to a cluster with certificates. It first asks the coordinator for a session, and queues messages until it has one. A
/// coordinator of an older version offers none; it gets them unsigned.
/// </summary>
internal sealed class RequestSigner : ReceiveActor
{
    private const int MaxWaiting = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TlsCredentials _credentials;
    private readonly Dictionary<(IActorRef From, Type Kind, string To), Say> _waiting = [];
    private byte[]? _session;
    private long _sequence, _asked = Environment.TickCount64;

    public RequestSigner(TlsCredentials credentials)
    {
        _credentials = credentials;
        Receive<Say>(say =>
        {
            if (_session is { } session)
            {
                Send(say, session);
                return;
            }

            if (_waiting.Count == 0) _asked = Environment.TickCount64;
            if (_waiting.Count < MaxWaiting) _waiting[(say.From, say.Message.GetType(), say.To.PathString)] = say;
            say.To.Tell(new AskSession(ClusterClient.Me), Self);
            if (Environment.TickCount64 - _asked > Patience.TotalMilliseconds) say.To.Tell(say.Message, say.From);
        });
        Receive<SessionOffered>(offered =>
        {
            _session = offered.Session;
            foreach (var say in _waiting.Values) Send(say, offered.Session);
            _waiting.Clear();
        });
    }

    /// <param name="From">Where the answer goes.</param>
    /// <param name="To">The receptionist of a contact.</param>
    internal sealed record Say(ActorSelection To, IWireMessage Message, IActorRef From);

    public static Props Props(TlsCredentials credentials) => Akka.Actor.Props.Create(() => new RequestSigner(credentials));

    private void Send(Say say, byte[] session)
    {
        var address = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress;
        say.To.Tell(
            RequestSignature.Sign(_credentials, session, ++_sequence, say.From.Path.ToSerializationFormatWithAddress(address), say.Message), Self);
    }
}

/// <summary>A contact's receptionist; messages to it go through the <see cref="RequestSigner"/>, which signs them.</summary>
internal sealed class SigningReceptionist(IActorRef signer, ActorSelection receptionist) : ICanTell
{
    public void Tell(object message, IActorRef sender) => signer.Tell(new RequestSigner.Say(receptionist, (IWireMessage)message, sender), sender);
}

/// <summary>A refusal, as its user reads it.</summary>
internal static class RightRefusal
{
    public static InvalidInputException Of(RightRefused refused)
    {
        string role = CertificateRole.NameOf(refused.Needed);
        return new InvalidInputException(
            refused.Reason.TrimEnd('.'), $"Use a certificate of the role {role} (deploy/certificates.sh --role {role} FOLDER NAME), or ask who has one");
    }
}

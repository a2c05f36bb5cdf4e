using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;
using SerializationException = System.Runtime.Serialization.SerializationException;

namespace RnnActors.Training.Runs;

/// <summary>Checks signed messages of clients: who sent them, that none counts twice, and that the certificate gives the right to send them.</summary>
internal sealed class ClientGate(TlsCredentials credentials)
{
    private const int MaxSessions = 1000, SessionBytes = 32, MaxCertificates = 8, MaxCertificateBytes = 16384;

    private readonly Dictionary<string, Session> _sessions = [];
    private readonly Queue<string> _byAge = [];

    /// <summary>Begins a session. There are a thousand at most; when the oldest is forgotten, its client is offered another one.</summary>
    public byte[] Offer()
    {
        byte[] session = RandomNumberGenerator.GetBytes(SessionBytes);
        string name = Convert.ToHexString(session);
        _sessions.Add(name, new Session());
        _byAge.Enqueue(name);
        if (_byAge.Count > MaxSessions) _sessions.Remove(_byAge.Dequeue());
        return session;
    }

    public Passage Check(SignedRequest request)
    {
        if (request.Session.Length != SessionBytes || !_sessions.TryGetValue(Convert.ToHexString(request.Session), out var session)) return Passage.NoSession;
        if (request.Certificates.Length is 0 or > MaxCertificates || request.Certificates.Any(one => one.Length > MaxCertificateBytes)) return Passage.Ignored;
        X509Certificate2[] certificates;
        try
        {
            certificates = [.. request.Certificates.Select(X509CertificateLoader.LoadCertificate)];
        }
        catch (CryptographicException)
        {
            return Passage.Ignored;
        }

        try
        {
            return Check(request, session, certificates);
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }

    private Passage Check(SignedRequest request, Session session, X509Certificate2[] certificates)
    {
        var own = certificates[0];
        string holder = own.Thumbprint;
        if (!RequestSignature.IsBy(own, request) || (session.Holder is { } first && first != holder)) return Passage.Ignored;
        if (request.Sequence <= session.Last) return Passage.Ignored; // a repetition, or overtaken by a later message
        (session.Last, session.Holder) = (request.Sequence, holder);
        IWireMessage message;
        try
        {
            message = WireSerializer.UnpackOfClient(request.Message);
        }
        catch (SerializationException)
        {
            return Passage.Ignored;
        }

        var needed = ClientRights.NeededFor(message)!.Value;
        if (!credentials.IsTrusted(own, certificates.Skip(1)))
            return Passage.Refused(needed, $"the certificate of {own.Subject} is not trusted: it was revoked, has expired, or is of another authority");
        var role = CertificateRole.Of(own);
        if (role.Allows(needed)) return new Passage(message, null, false);
        return Passage.Refused(needed, role.Right is { } right
            ? $"the certificate of {own.Subject} has the role {role.Name}: it may {ClientRights.Describe(right)}, and not {ClientRights.Describe(needed)}"
            : $"the certificate of {own.Subject} has the role '{role.Name}', which this cluster does not know");
    }

    /// <summary>The result of a check.</summary>
    /// <param name="Message">The message if it may pass; null if not.</param>
    /// <param name="Refusal">The answer to the client; null for none.</param>
    /// <param name="IsUnknown">Whether the session is unknown, so that the client needs another one.</param>
    internal sealed record Passage(IWireMessage? Message, RightRefused? Refusal, bool IsUnknown)
    {
        public static readonly Passage NoSession = new(null, null, true), Ignored = new(null, null, false);

        public static Passage Refused(ClientRight needed, string reason) => new(null, new RightRefused(needed, reason), false);
    }

    private sealed class Session
    {
        public long Last { get; set; }

        /// <summary>The certificate holder whose message began the session.</summary>
        public string? Holder { get; set; }
    }
}

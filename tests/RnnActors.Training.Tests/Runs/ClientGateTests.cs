using CsCheck;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>What a client signs is let through once, as it was signed, and by its role.</summary>
public sealed class ClientGateTests : IDisposable
{
    private static readonly IWireMessage Seen = new GetStatus(), Brought = new StopRun("run"), Ordered = new CancelRun("run", 1, "ann");

    private readonly Certificates _certificates = new();
    private readonly ClientGate _gate;
    private readonly TlsCredentials _submitter;

    public ClientGateTests()
    {
        _gate = new ClientGate(_certificates.Node("node").Load());
        _submitter = _certificates.Client("submitter", "submit").Load();
    }

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("follow", 1)]
    [InlineData("submit", 2)]
    [InlineData("administer", 3)]
    public void Each_role_is_let_through_with_its_messages_and_told_what_the_others_need(string role, int allowed)
    {
        var client = _certificates.Client(role, role).Load();
        byte[] session = _gate.Offer();
        IWireMessage[] messages = [Seen, Brought, Ordered];
        for (int i = 0; i < messages.Length; i++)
        {
            var passage = _gate.Check(Sign(client, session, i + 1, messages[i]));
            Assert.Equal(i < allowed ? messages[i] : null, passage.Message);
            if (i < allowed) continue;
            Assert.Equal((ClientRight)i, passage.Refusal!.Needed);
            Assert.Contains($"CN={role} has the role {role}: it may ", passage.Refusal.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_nodes_certificate_may_do_all() =>
        Assert.Equal(Ordered, _gate.Check(Sign(_certificates.Node("other").Load(), _gate.Offer(), 1, Ordered)).Message);

    [Fact]
    public void Nothing_counts_twice_nor_in_another_session()
    {
        byte[] session = _gate.Offer();
        var request = Sign(_submitter, session, 7, Brought);
        Assert.Equal(Brought, _gate.Check(request).Message);
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(request));
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(Sign(_submitter, session, 6, Brought)));
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(request with { Session = _gate.Offer() }));
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(request with { Sequence = 8 }));
        Assert.Equal(ClientGate.Passage.NoSession, _gate.Check(request with { Session = [1, 2, 3] }));
        Assert.Equal(ClientGate.Passage.NoSession, new ClientGate(_submitter).Check(request));
        Assert.Equal(Brought, _gate.Check(Sign(_submitter, session, 8, Brought)).Message);
    }

    [Fact]
    public void A_session_is_of_one_certificate()
    {
        byte[] session = _gate.Offer();
        Assert.NotNull(_gate.Check(Sign(_submitter, session, 1, Seen)).Message);
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(Sign(_certificates.Client("other", "administer").Load(), session, 2, Seen)));
    }

    /// <summary>Whatever is changed of a request on its way, it is not let through.</summary>
    [Fact]
    public void A_request_that_was_changed_is_nobodys()
    {
        byte[] session = _gate.Offer();
        var request = Sign(_submitter, session, 1, Seen);
        byte[] administrator = _certificates.Client("administrator", "administer").Load().Certificate.RawData;
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(request with { AnswerTo = "akka://other/user/x" }));
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(request with { Message = WireSerializer.Pack(Brought) }));
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(request with { Certificates = [administrator] }));
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(request with { Certificates = [] }));
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(request with { Certificates = [new byte[20_000]] }));
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1 << 20], Gen.Byte[1, 255]).Sample((part, place, change) =>
        {
            byte[] Changed(byte[] bytes)
            {
                byte[] other = [.. bytes];
                other[place % other.Length] ^= change;
                return other;
            }

            var changed = part switch
            {
                0 => request with { Message = Changed(request.Message) },
                1 => request with { Signature = Changed(request.Signature) },
                _ => request with { Session = Changed(request.Session) },
            };
            Assert.Null(_gate.Check(changed).Message);
        }, iter: 200, threads: 1);
        Assert.Equal(Seen, _gate.Check(request).Message);
    }

    [Fact]
    public void What_no_client_says_is_not_let_through_however_it_is_signed()
    {
        byte[] session = _gate.Offer();
        var node = _certificates.Node("other").Load();
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(Sign(node, session, 1, new RegisterAgain(1))));
        Assert.Equal(ClientGate.Passage.Ignored, _gate.Check(Sign(node, session, 2, Sign(node, session, 3, Seen))));
    }

    [Fact]
    public void Certificates_of_others_expired_and_revoked_ones_are_refused()
    {
        using Certificates others = new();
        Assert.Contains("is not trusted", Refusal(others.Client("stranger", "administer").Load()), StringComparison.Ordinal);
        Assert.Contains("'nonsense', which this cluster does not know", Refusal(_certificates.Client("odd", "nonsense").Load()), StringComparison.Ordinal);
        var options = _certificates.Node("strict");
        string list = Path.Combine(_certificates.Folder, "revoked");
        File.WriteAllText(list, _submitter.Certificate.SerialNumber);
        var strict = new ClientGate((options with { Revoked = list }).Load());
        Assert.Contains("is not trusted", strict.Check(Sign(_submitter, strict.Offer(), 1, Seen)).Refusal!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_that_nobody_uses_take_no_memory()
    {
        byte[] first = _gate.Offer();
        for (int i = 0; i < 1000; i++) _gate.Offer();
        Assert.True(_gate.Check(Sign(_submitter, first, 1, Seen)).IsUnknown);
    }

    private string Refusal(TlsCredentials client) => _gate.Check(Sign(client, _gate.Offer(), 1, Seen)).Refusal!.Reason;

    private static SignedRequest Sign(TlsCredentials client, byte[] session, long sequence, IWireMessage message) =>
        RequestSignature.Sign(client, session, sequence, "akka://client/user/x", message);
}

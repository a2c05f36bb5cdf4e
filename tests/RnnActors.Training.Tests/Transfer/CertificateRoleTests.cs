using RnnActors.Core.Problems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public sealed class CertificateRoleTests : IDisposable
{
    private readonly Certificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("follow", true, false, false)]
    [InlineData("submit", true, true, false)]
    [InlineData("Administer", true, true, true)]
    [InlineData("follow,submit", true, true, false)]
    [InlineData("nonsense", false, false, false)]
    [InlineData("nonsense,follow", true, false, false)]
    public void A_role_includes_the_rights_before_it_and_one_that_is_not_known_has_none(string roles, bool follows, bool submits, bool administers)
    {
        var role = CertificateRole.Of(_certificates.Client("client", roles.Split(',')).Load().Certificate);
        Assert.False(role.IsNode);
        Assert.Equal((follows, submits, administers), (role.Allows(ClientRight.Read), role.Allows(ClientRight.Submit), role.Allows(ClientRight.Administer)));
    }

    [Theory]
    [InlineData]
    [InlineData("node")]
    [InlineData("Node", "follow")]
    public void A_certificate_without_a_role_or_of_the_role_node_is_a_nodes_and_may_do_all(params string[] roles)
    {
        var options = _certificates.Client("node", roles);
        var credentials = options.Load();
        var role = CertificateRole.Of(credentials.Certificate);
        Assert.True(role.IsNode && role.Allows(ClientRight.Administer));
        credentials.RequireNode(options);
        var client = _certificates.Client("client", "administer");
        var refused = Assert.Throws<InvalidInputException>(() => client.Load().RequireNode(client));
        Assert.Contains("is a client's (role administer)", refused.Message, StringComparison.Ordinal);
        Assert.Contains(client.Certificate, refused.ToString(), StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => credentials.Reload(client));
        Assert.True(CertificateRole.Of(credentials.Certificate).IsNode);
    }

    [Fact]
    public void A_nodes_channel_does_not_open_for_a_client_and_a_clients_does()
    {
        Refusals refused = new();
        using var listener = ChannelListener.Start(new(System.Net.IPAddress.Loopback, 0), _certificates.Node("node").Load(), null, refused.Add);
        var client = _certificates.Client("client", "administer").Load();
        RecordingSink near = new(), far = new();
        TensorChannel.Connect("127.0.0.1", listener.Port, listener.Expect(far, isOfNode: true), client, near);
        Assert.Contains("is a client's (role administer)", refused.Take().Reason, StringComparison.Ordinal);
        Assert.Contains("without accepting", near.Reason, StringComparison.Ordinal);
        (near, far) = (new(), new());
        TensorChannel.Connect("127.0.0.1", listener.Port, listener.Expect(far), client, near);
        using var open = near.Channel;
        Assert.NotNull(far.Channel);
    }

    [Fact]
    public void Nobody_opens_a_channel_to_whom_only_has_a_clients_certificate()
    {
        Refusals refused = new();
        using var listener = ChannelListener.Start(new(System.Net.IPAddress.Loopback, 0), _certificates.Client("liar", "administer").Load(), null, refused.Add);
        RecordingSink near = new();
        TensorChannel.Connect("127.0.0.1", listener.Port, listener.Expect(new RecordingSink()), _certificates.Node("node").Load(), near);
        Assert.NotEmpty(near.Reason);
    }
}

using Microsoft.Extensions.Configuration;
using RnnActors.Core.Problems;
using RnnActors.Training.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

public class NodeOptionsTests
{
    [Fact]
    public void Without_settings_a_node_is_coordinator_and_worker_on_this_machine_alone()
    {
        var options = Read();

        options.Validate();
        Assert.Equal(NodeRoles.Coordinator | NodeRoles.Worker, options.Role);
        Assert.Equal("127.0.0.1:4053", $"{options.EffectivePublicHost}:{options.Port}");
        Assert.Equal(5053, options.EffectiveChannelPort);
        Assert.Equal(Environment.ProcessorCount, options.EffectiveWorkers);
    }

    [Fact]
    public void Every_option_is_read_by_the_name_of_its_property()
    {
        var options = Read(
            ("Role", "worker"), ("Bind", "0.0.0.0"), ("PublicHost", "node.example"), ("Port", "1"), ("ChannelPort", "2"), ("Join", "localhost:3, b:4"), ("Workers", "5"),
            ("DataDirectory", "d"), ("SharedCheckpoints", "true"), ("Tls:Certificate", "c"), ("Tls:Key", "k"), ("Tls:Authority", "a"), ("DangerouslyAllowPlainText", "True"),
            ("SuspectAfter", "2.5"), ("DownAfter", "00:00:07"), ("FormAfter", "40"), ("LeaveTimeout", "9"), ("Akka", "a = 1"));

        Assert.All(
            typeof(NodeOptions).GetProperties().Where(property => property.CanWrite),
            property => Assert.NotEqual(property.GetValue(new NodeOptions()), property.GetValue(options)));
        Assert.Equal([new HostAndPort("127.0.0.1", 3), new HostAndPort("b", 4)], options.Join);
        Assert.Equal(TimeSpan.FromSeconds(2.5), options.SuspectAfter);
        Assert.Equal(TimeSpan.FromSeconds(7), options.DownAfter);
    }

    [Fact]
    public void A_list_may_stand_in_one_value_or_in_several() =>
        Assert.Equal(Read(("Join", "a:1,b:2")).Join, Read(("Join:0", "a:1"), ("Join:1", "b:2")).Join);

    [Fact]
    public void An_empty_variable_says_nothing() => Assert.Equal(4053, Read(("Port", "")).Port);

    [Theory]
    [InlineData("Role", "wrker", "there is no role wrker. Did you mean worker?")]
    [InlineData("Prot", "1", "no key RnnActors:Prot. Did you mean Port?")]
    [InlineData("Tls:Certficate", "c", "no key RnnActors:Tls:Certficate. Did you mean Certificate?")]
    [InlineData("Tls:Certificate", "c", "RnnActors:Tls lacks Key")]
    [InlineData("Port", "x", "RnnActors:Port is 'x'")]
    [InlineData("Port", "70000", "Port is 70000")]
    [InlineData("Port", "65000", "ChannelPort is 66000")]
    [InlineData("Join", "host", "'host' names no port")]
    [InlineData("Join", "host:0", "the port of 'host:0'")]
    [InlineData("Join", ":4053", "':4053' names no host")]
    [InlineData("SharedCheckpoints", "yes", "must be true or false")]
    [InlineData("Workers", "0", "the node is a worker, but it has 0 workers")]
    [InlineData("Role", ",", "the node has no role")]
    [InlineData("DownAfter", "0", "DownAfter is 00:00:00")]
    [InlineData("DownAfter", "soon", "RnnActors:DownAfter is 'soon'")]
    [InlineData("Bind", "0.0.0.0", "the node has no certificates")]
    [InlineData("Bind", "no host", "Bind is 'no host'")]
    public void What_cannot_be_used_is_refused_by_name(string key, string value, string problem)
    {
        var error = Assert.Throws<InvalidInputException>(() => Read((key, value)).Validate());

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_on_other_machines_is_not_spoken_to_in_plain_text_unless_that_is_asked_for_loudly()
    {
        var options = new ClientOptions([new HostAndPort("127.0.0.1", 1), new HostAndPort("10.0.0.5", 4053)]);

        Assert.Contains("10.0.0.5:4053 is another machine", Assert.Throws<InvalidInputException>(options.Validate).Message, StringComparison.Ordinal);
        (options with { DangerouslyAllowPlainText = true }).Validate();
    }

    private static NodeOptions Read(params (string Key, string Value)[] settings) => NodeOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{NodeOptions.Section}:{setting.Key}", (string?)setting.Value))).Build());
}

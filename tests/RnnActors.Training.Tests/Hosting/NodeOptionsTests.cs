using Microsoft.Extensions.Configuration;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
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
            ("Role", "worker"), ("Bind", "0.0.0.0"), ("PublicHost", "node.example"), ("AlsoKnownAs", "router:7"), ("Port", "1"), ("ChannelPort", "2"),
            ("Join", "localhost:3, b:4"),
            ("Workers", "5"),
            ("DataDirectory", "d"), ("SharedCheckpoints", "true"), ("Tls:Certificate", "c"), ("Tls:Key", "k"), ("Tls:Authority", "a"), ("Tls:Revoked", "r"),
            ("DangerouslyAllowPlainText", "True"), ("KeepDays", "3"), ("KeepRuns", "0"), ("KeepGigabytes", "7"), ("CertificateWarningDays", "9"),
            ("SuspectAfter", "2.5"), ("DownAfter", "00:00:07"), ("FormAfter", "40"), ("LeaveTimeout", "9"), ("Akka", "a = 1"),
            ("MaxRuns", "8"), ("Runs", "3"), ("Preempt", "false"),
            ("Audit", "0.5"),
            ("MetricsPort", "6"), ("MetricsBind", "0.0.0.0"), ("Otlp", "http://c:4318"), ("LogFormat", "Json"), ("PagePort", "10"),
            ("PageBind", "0.0.0.0"));

        Assert.All(
            typeof(NodeOptions).GetProperties().Where(property => property.CanWrite),
            property => Assert.NotEqual(property.GetValue(new NodeOptions()), property.GetValue(options)));
        Assert.Equal([new HostAndPort("127.0.0.1", 3), new HostAndPort("b", 4)], options.Join);
        Assert.Equal("r", options.Tls!.Revoked);
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
    [InlineData("LogFormat", "xml", "must be text or json")]
    [InlineData("Workers", "10001", "Workers is 10001, but it must be from 0 to 10000")]
    [InlineData("Runs", "0", "Runs is 0, but it must be from 1 to 100")]
    [InlineData("Workers", "0", "the node is a worker, but it has 0 workers")]
    [InlineData("Role", ",", "the node has no role")]
    [InlineData("Join:1", "host", "RnnActors:Join: 'host' names no port")]
    [InlineData("Bind", "0.0.0.0", "the node has no certificates")]
    [InlineData("Bind", "no host", "Bind is 'no host'")]
    public void What_cannot_be_used_is_refused_by_name(string key, string value, string problem)
    {
        var error = Assert.Throws<InvalidInputException>(() => Read((key, value)).Validate());

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongTimes))]
    public void A_time_that_is_none_is_refused_with_what_may_be_written(string key, string value)
    {
        var error = Assert.Throws<InvalidInputException>(() => Read((key, value)));

        Assert.Equal($"RnnActors:{key} is '{value}', but it must be seconds from 0.1 to 3600, or hours:minutes:seconds.", error.Message);
    }

    [Theory]
    [InlineData("0.1", 0.1)]
    [InlineData(" 5 ", 5)]
    [InlineData("3600", 3600)]
    [InlineData("0:01:30", 90)]
    [InlineData("01:00:00", 3600)]
    [InlineData("00:00:00.25", 0.25)]
    public void A_time_is_seconds_or_hours_minutes_and_seconds(string value, double seconds)
    {
        var options = Read(("LeaveTimeout", value));

        options.Validate();
        Assert.Equal(TimeSpan.FromSeconds(seconds), options.LeaveTimeout);
    }

    [Fact]
    public void A_time_that_code_sets_is_checked_as_well() =>
        Assert.StartsWith(
            "FormAfter is -00:00:01, but",
                Assert.Throws<InvalidInputException>(() => new NodeOptions { FormAfter = TimeSpan.FromSeconds(-1) }.Validate()).Message,
                    StringComparison.Ordinal);

    [Fact]
    public void A_setting_is_called_by_the_place_that_it_came_from()
    {
        string variable = $"RNNACTORS_TEST_{Guid.NewGuid():N}__RnnActors__DownAfter";
        Environment.SetEnvironmentVariable(variable, "soon");
        try
        {
            var variables = new ConfigurationBuilder().AddEnvironmentVariables(variable[..variable.IndexOf("RnnActors__", StringComparison.Ordinal)]).Build();
            var file = new ConfigurationBuilder().AddJsonStream(new MemoryStream("""{ "RnnActors": { "DownAfter": 3 } }"""u8.ToArray())).Build();

            // Behind another configuration, as a host chains them; the later source is the stronger.
            var both = new ConfigurationBuilder().AddConfiguration(file).AddConfiguration(variables).Build();
            Assert.StartsWith(
                "RnnActors__DownAfter in the environment is 'soon'", Assert.Throws<InvalidInputException>(() => NodeOptions.Read(both)).Message,
                    StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(3), NodeOptions.Read(file).DownAfter);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public void A_cluster_on_other_machines_is_not_spoken_to_in_plain_text_unless_that_is_asked_for_loudly()
    {
        var options = new ClientOptions([new HostAndPort("127.0.0.1", 1), new HostAndPort("10.0.0.5", 4053)]);

        Assert.Contains(
            "with 10.0.0.5:4053, which is another machine", Assert.Throws<InvalidInputException>(options.Validate).Message, StringComparison.Ordinal);
        (options with { DangerouslyAllowPlainText = true }).Validate();
    }

    public static TheoryData<string, string> WrongTimes()
    {
        var times = new TheoryData<string, string>();
        foreach (string key in (string[])[nameof(NodeOptions.SuspectAfter), nameof(NodeOptions.DownAfter), nameof(NodeOptions.FormAfter),
            nameof(NodeOptions.LeaveTimeout)])
            foreach (string value in (string[])["-1", "0", "0.09", "3601", "NaN", "Infinity", "1e300", "5m", "abc", "1.00:00:00", "5:30", "2000000", "0x5"])
                times.Add(key, value);
        return times;
    }

    private static NodeOptions Read(params (string Key, string Value)[] settings) => NodeOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{NodeOptions.Section}:{setting.Key}", (string?)setting.Value))).Build());
}

using Akka.Actor;
using RnnActors.Training.Addresses;
using Xunit;

namespace RnnActors.Training.Tests.Addresses;

public class HostAndPortTests
{
    [Theory]
    [InlineData("10.0.0.5:4053", "10.0.0.5:4053", "10.0.0.5")]
    [InlineData("localhost:1", "127.0.0.1:1", "127.0.0.1")]
    [InlineData("[::1]:4053", "[::1]:4053", "[::1]")]
    [InlineData("[0:0:0:0:0:0:0:1]:4053", "[::1]:4053", "[::1]")]
    [InlineData("[2001:DB8::5]:65535", "[2001:db8::5]:65535", "[2001:db8::5]")]
    [InlineData("one.example:4053", "one.example:4053", "one.example")]
    public void A_place_has_one_text_and_one_address_in_Akka_and_each_leads_back_to_it(string given, string shown, string host)
    {
        var place = HostAndPort.Parse(given);
        Assert.Equal(shown, place.ToString());
        Assert.Equal(place, HostAndPort.Parse(shown));
        var address = place.Like(new Address("akka.tcp", "rnnactors", "other", 7));
        Assert.Equal(new Address("akka.tcp", "rnnactors", host, place.Port), address);
        Assert.Equal(place, HostAndPort.Of(address));
    }
}

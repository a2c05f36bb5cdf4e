using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

public class RefusedPeersTests
{
    private readonly ManualTime _time = new();
    private readonly RefusedPeers _peers;

    public RefusedPeersTests() => _peers = new RefusedPeers(_time);

    [Fact]
    public void Whoever_knocks_again_and_again_is_news_once_in_ten_minutes()
    {
        Assert.True(_peers.IsNews("a"));
        Assert.False(_peers.IsNews("a"));
        Assert.True(_peers.IsNews("b"));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(_peers.IsNews("a"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_peers.IsNews("a"));
        Assert.False(_peers.IsNews("a"));
    }

    [Fact]
    public void Of_very_many_the_first_are_forgotten()
    {
        for (int i = 0; i < 1001; i++) Assert.True(_peers.IsNews($"{i}"));
        Assert.False(_peers.IsNews("1000"));
        Assert.True(_peers.IsNews("0"));
    }
}

using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

public sealed class ProvableFailureDetectorTests
{
    private static readonly Address Member = new("akka.tcp", "system", "member", 4053);

    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2), Moment = TimeSpan.FromMilliseconds(1);

    private readonly ManualTime _time = new();
    private readonly DefaultFailureDetectorRegistry<Address> _detectors;

    public ProvableFailureDetectorTests()
    {
        var config = ConfigurationFactory.ParseString("""
            threshold = 8
            max-sample-size = 1000
            min-std-deviation = 100ms
            acceptable-heartbeat-pause = 8s
            heartbeat-interval = 1s
            """);
        _detectors = new DefaultFailureDetectorRegistry<Address>(() => new ProvableFailureDetector(config, new EventStream(false), _time));
    }

    private ProvableFailureDetector? Found => ProvableFailureDetector.Find(_detectors, Member);

    [Fact]
    public void A_member_that_is_not_watched_has_no_detector_and_each_other_one_has_its_own()
    {
        var other = new Address("akka.tcp", "system", "other", 4053);
        Assert.Null(Found);
        Assert.False(_detectors.IsMonitoring(Member));
        _detectors.Heartbeat(Member);
        _detectors.Heartbeat(other);
        Assert.NotSame(Found, ProvableFailureDetector.Find(_detectors, other));
        Assert.Same(Found, ProvableFailureDetector.FindOrWatch(_detectors, Member));
        ProvableFailureDetector.Find(_detectors, other)!.Condemn();
        Assert.True(_detectors.IsAvailable(Member));
        Assert.False(_detectors.IsAvailable(other));
    }

    [Fact]
    public void A_member_is_late_after_a_quarter_of_the_pause_until_it_is_heard()
    {
        _detectors.Heartbeat(Member);
        _time.Advance(Late);
        Assert.False(Found!.IsLate);
        _time.Advance(Moment);
        Assert.True(Found!.IsLate);
        Assert.True(_detectors.IsAvailable(Member));
        _detectors.Heartbeat(Member);
        Assert.False(Found!.IsLate);
    }

    [Fact]
    public void A_late_member_whose_machine_is_silent_is_suspected_until_it_is_heard()
    {
        _detectors.Heartbeat(Member);
        _time.Advance(Late + Moment);
        Found!.Suspect();
        Assert.False(_detectors.IsAvailable(Member));
        Assert.True(_detectors.IsMonitoring(Member));
        _detectors.Heartbeat(Member);
        Assert.True(_detectors.IsAvailable(Member));
    }

    [Fact]
    public void A_member_that_was_heard_while_its_machine_was_asked_is_not_suspected()
    {
        _detectors.Heartbeat(Member);
        _time.Advance(Late + Moment);
        _detectors.Heartbeat(Member);
        Found!.Suspect();
        Assert.True(_detectors.IsAvailable(Member));
    }

    [Fact]
    public void A_member_that_everything_waits_for_is_suspected_after_half_of_the_pause_until_it_is_heard()
    {
        _detectors.Heartbeat(Member);
        _time.Advance(2 * Late);
        Found!.Hurry();
        Assert.True(_detectors.IsAvailable(Member));
        _time.Advance(Moment);
        Assert.True(_detectors.IsAvailable(Member));
        Found!.Hurry();
        Assert.False(_detectors.IsAvailable(Member));
        _detectors.Heartbeat(Member);
        Assert.True(_detectors.IsAvailable(Member));
    }

    [Fact]
    public void A_member_that_is_dead_stays_so_until_it_is_heard()
    {
        _detectors.Heartbeat(Member);
        ProvableFailureDetector.FindOrWatch(_detectors, Member).Condemn();
        Assert.False(_detectors.IsAvailable(Member));
        Found!.Suspect();
        Assert.False(_detectors.IsAvailable(Member));
        _detectors.Heartbeat(Member);
        Assert.True(_detectors.IsAvailable(Member));
    }

    [Fact]
    public void A_dead_member_that_was_never_heard_is_watched_all_the_same()
    {
        ProvableFailureDetector.FindOrWatch(_detectors, Member).Condemn();
        Assert.False(_detectors.IsAvailable(Member));
        Assert.True(_detectors.IsMonitoring(Member));
    }
}

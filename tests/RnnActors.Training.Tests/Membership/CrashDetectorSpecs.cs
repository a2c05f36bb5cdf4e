using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

/// <summary>Who is looked at, and what the cluster's failure detector and the cluster itself are told of whoever that is.</summary>
public sealed class CrashDetectorSpecs : VirtualTimeKit
{
    private static readonly Address Member = new("akka.tcp", "system", "member", 4053), Other = new("akka.tcp", "system", "other", 4054);

    private static readonly TimeSpan Quarter = TimeSpan.FromHours(2), Moment = TimeSpan.FromMilliseconds(1), PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly PlayedMembership _members = new();
    private readonly PlayedPorts _ports = new();
    private readonly IActorRef _detector;

    public CrashDetectorSpecs()
    {
        _members.Detectors.Heartbeat(Member);
        _members.Detectors.Heartbeat(Other);
        _detector = Sys.ActorOf(CrashDetector.Props(_members, _ports));
        Settle(); // until its timer runs
    }

    [Fact]
    public void A_late_member_whose_machine_is_silent_is_suspected_and_not_condemned()
    {
        _members.Time.Advance(Quarter + Moment);
        Heard(Other);
        Check();
        Answer("member", PortAnswer.Silent);
        AwaitAssert(() => Assert.False(_members.Detectors.IsAvailable(Member)), Patience);
        Heard(Member);
        Assert.True(_members.Detectors.IsAvailable(Member));
        Assert.Empty(_members.Downed);
    }

    [Fact]
    public void A_member_whose_machine_refuses_is_dead_and_the_cluster_goes_on_without_it()
    {
        _detector.Tell(new CrashDetector.ChannelBroke(Member));
        Answer("member", PortAnswer.Refuses);
        Answer("other", PortAnswer.Listens);
        AwaitAssert(() => Assert.Equal([Member], _members.Downed), Patience);
        Assert.False(_members.Detectors.IsAvailable(Member));
        Assert.True(_members.Detectors.IsAvailable(Other));
    }

    [Fact]
    public void A_late_member_that_listens_is_waited_for_and_looked_at_again()
    {
        _members.Time.Advance(Quarter + Moment);
        Heard(Other);
        for (int looked = 0; looked < 3; looked++)
        {
            Check();
            var answer = Asked("member");
            Check();
            Check();
            Settle();
            Assert.Empty(_ports.Asked); // one question at a time
            Complete(() => answer.SetResult(PortAnswer.Listens));
            Settle();
            Assert.True(_members.Detectors.IsAvailable(Member));
        }

        Check();
        Answer("member", PortAnswer.Silent);
        AwaitAssert(() => Assert.False(_members.Detectors.IsAvailable(Member)), Patience);
        Assert.Empty(_members.Downed);
    }

    [Fact]
    public void Whoever_is_heard_is_not_looked_at_until_a_channel_breaks_and_then_a_machines_silence_proves_nothing()
    {
        _members.Time.Advance(Quarter);
        Check();
        Settle();
        Assert.Empty(_ports.Asked);
        _detector.Tell(new CrashDetector.ChannelBroke(Other));
        Answer("other", PortAnswer.Silent);
        Answer("member", PortAnswer.Silent);
        Settle();
        Assert.True(_members.Detectors.IsAvailable(Member));
        Assert.True(_members.Detectors.IsAvailable(Other));
        Assert.Empty(_members.Downed);
    }

    [Fact]
    public void Only_a_coordinator_that_another_can_replace_is_suspected_after_half_of_the_time_though_its_machine_answers()
    {
        Late(2 * Quarter + Moment);
        Assert.True(_members.Detectors.IsAvailable(Member));

        _members.ReplaceableCoordinator = Member;
        Heard(Member);
        Heard(Other);
        Late(2 * Quarter);
        Assert.True(_members.Detectors.IsAvailable(Member));
        _members.Time.Advance(Moment);
        Check();
        Settle();
        Assert.False(_members.Detectors.IsAvailable(Member));
        Assert.True(_members.Detectors.IsAvailable(Other));
        Assert.Empty(_members.Downed);

        void Late(TimeSpan time)
        {
            _members.Time.Advance(time);
            Check();
            Answer("member", PortAnswer.Listens);
            Answer("other", PortAnswer.Listens);
            Settle();
        }
    }

    [Fact]
    public void A_late_member_that_nobody_knows_where_to_find_is_waited_for()
    {
        _members.Time.Advance(Quarter + Moment);
        Heard(Other);
        Check();
        Answer("member", PortAnswer.Unknown);
        Settle();
        Assert.True(_members.Detectors.IsAvailable(Member));
        Check();
        Answer("member", PortAnswer.Listens); // looked at again
        Assert.Empty(_members.Downed);
    }

    [Fact]
    public void A_question_that_fails_proves_nothing_and_is_asked_again()
    {
        _members.Time.Advance(Quarter + Moment);
        Heard(Other);
        Check();
        var asked = Asked("member");
        Complete(() => asked.SetException(new InvalidOperationException("as no probe should")));
        Settle();
        Assert.True(_members.Detectors.IsAvailable(Member));
        Assert.Empty(_members.Downed);
        Check();
        Answer("member", PortAnswer.Refuses);
        AwaitAssert(() => Assert.Equal([Member], _members.Downed), Patience);
    }

    [Fact]
    public void Where_members_are_is_learnt_while_they_are_well()
    {
        Check();
        Settle();
        Assert.Equal(["member", "other"], _ports.Met.Distinct().Order());
        Assert.Empty(_ports.Asked);
    }

    private void Heard(Address member) => _members.Detectors.Heartbeat(member);

    private void Check() => Advance(PollInterval);

    private TaskCompletionSource<PortAnswer> Asked(string host)
    {
        Assert.True(_ports.Asked.TryTake(out var asked, Patience), $"{host} was not asked");
        Assert.Equal(host, asked.Host);
        Settle(); // until the actor waits for the answer: what begins to wait while it is given goes on later, on another thread
        return asked.Answer;
    }

    private void Answer(string host, PortAnswer answer)
    {
        var asked = Asked(host);
        Complete(() => asked.SetResult(answer));
    }

    /// <summary>What waits for the answer goes on where it is given, unless a test's context is there: the actor has been told when this returns.</summary>
    private static void Complete(Action answer) => Task.Run(answer).GetAwaiter().GetResult();

    /// <summary>Until what was sent to the actor is done, and what it sent to itself.</summary>
    private void Settle()
    {
        for (int i = 0; i < 3; i++)
        {
            _detector.Tell(new Identify(i));
            ExpectMsg<ActorIdentity>(Patience);
        }
    }

    private sealed class PlayedPorts : IPortProbe
    {
        public BlockingCollection<(string Host, TaskCompletionSource<PortAnswer> Answer)> Asked { get; } = [];

        public ConcurrentQueue<string> Met { get; } = [];

        public void Meet(string host) => Met.Enqueue(host);

        public Task<PortAnswer> SettleAsync(string host, int port, CancellationToken cancellation)
        {
            var answer = new TaskCompletionSource<PortAnswer>();
            Asked.Add((host, answer), cancellation);
            return answer.Task;
        }
    }

    private sealed class PlayedMembership : IMembership
    {
        /// <summary>A detector of Akka's goes by the time of this machine, of which none passes that counts.</summary>
        private static readonly Config Detection = ConfigurationFactory.ParseString("""
            threshold = 8
            max-sample-size = 1000
            min-std-deviation = 100ms
            acceptable-heartbeat-pause = 8h
            heartbeat-interval = 1s
            """);

        public PlayedMembership() =>
            Detectors = new DefaultFailureDetectorRegistry<Address>(() => new ProvableFailureDetector(Detection, new EventStream(false), Time));

        public ManualTime Time { get; } = new();

        public IEnumerable<Address> Others => [Member, Other];

        public Address? ReplaceableCoordinator { get; set; }

        public IFailureDetectorRegistry<Address> Detectors { get; }

        public ConcurrentQueue<Address> Downed { get; } = [];

        public void Down(Address member) => Downed.Enqueue(member);
    }
}

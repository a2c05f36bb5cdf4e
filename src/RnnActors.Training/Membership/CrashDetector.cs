using Akka.Actor;

namespace RnnActors.Training.Membership;

/// <summary>
/// A crash detector: it shortens the wait for a node that is gone. If a tensor channel breaks, or heartbeats are late, it connects to the node's remoting
/// port. A refused connection proves that the process is gone, so the cluster goes on without it at once. A machine that does not answer at all is
/// suspected earlier than one that does, whose process may only be busy. Everything waits for the coordinator, so one that can be replaced is suspected
/// earlier too. <see cref="DowningActor"/> decides about suspects.
/// </summary>
internal sealed class CrashDetector : ReceiveActor, IWithTimers, IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly IMembership _members;
    private readonly IPortProbe _probe;
    private readonly CancellationTokenSource _stopped = new();
    private readonly HashSet<Address> _asked = [];

    public CrashDetector(IMembership members, IPortProbe probe)
    {
        (_members, _probe) = (members, probe);
        Receive<ChannelBroke>(broke =>
        {
            Examine(broke.Address);
            // What killed it may have killed others too, whose channels went to the same process.
            foreach (var member in _members.Others) Examine(member);
        });
        Receive<Check>(_ =>
        {
            foreach (var member in _members.Others) _probe.Meet(member.Host!);
            foreach (var member in _members.Others)
            {
                if (ProvableFailureDetector.Find(_members.Detectors, member) is not { IsLate: true } late) continue;
                Examine(member);
                if (member == _members.ReplaceableCoordinator) late.Hurry();
            }
        });
        Receive<Verdict>(verdict =>
        {
            _asked.Remove(verdict.Address);
            if (verdict.Answer == PortAnswer.Silent) ProvableFailureDetector.Find(_members.Detectors, verdict.Address)?.Suspect();
            if (verdict.Answer != PortAnswer.Refuses) return;
            ProvableFailureDetector.FindOrWatch(_members.Detectors, verdict.Address).Condemn();
            _members.Down(verdict.Address);
        });
    }

    /// <summary>The tensor channel to the node at this address broke.</summary>
    public sealed record ChannelBroke(Address Address);

    private sealed record Check
    {
        public static readonly Check Instance = new();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IMembership members, IPortProbe probe) => Akka.Actor.Props.Create(() => new CrashDetector(members, probe));

    public void Dispose() => _stopped.Dispose();

    protected override void PreStart() => Timers.StartPeriodicTimer(Check.Instance, Check.Instance, PollInterval);

    protected override void PostStop() => _stopped.Cancel();

    private void Examine(Address address)
    {
        if (!_asked.Add(address)) return;
        _probe.SettleAsync(address.Host!, address.Port!.Value, _stopped.Token).PipeTo(
            Self, success: answer => new Verdict(address, answer), failure: _ => new Verdict(address, PortAnswer.Unknown));
    }

    private sealed record Verdict(Address Address, PortAnswer Answer);
}

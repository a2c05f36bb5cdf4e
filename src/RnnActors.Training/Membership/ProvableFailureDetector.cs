using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace RnnActors.Training.Membership;

/// <summary>
/// Akka's failure detector with evidence about a member whose heartbeats are late: its process is dead, its machine does not answer, or everything waits for
/// it. Without such evidence, a busy process gets the whole acceptable pause. Named in <c>cluster.conf</c>.
/// </summary>
public sealed class ProvableFailureDetector : PhiAccrualFailureDetector
{
    /// <summary>The search of <see cref="Find"/> on this thread, in which a consulted detector leaves itself; null while there is none.</summary>
    [ThreadStatic]
    private static Search? _search;

    private readonly TimeProvider _time;
    private readonly TimeSpan _late, _tooLate;
    private long _heard;
    private volatile bool _isDead, _isSuspected;

    /// <summary>The constructor that Akka calls.</summary>
    public ProvableFailureDetector(Config config, EventStream events)
        : this(config, events, TimeProvider.System)
    {
    }

    internal ProvableFailureDetector(Config config, EventStream events, TimeProvider time)
        : base(config, events)
    {
        _time = time;
        var pause = config.GetTimeSpan("acceptable-heartbeat-pause");
        (_late, _tooLate) = (pause / 4, pause / 2);
        _heard = time.GetTimestamp();
    }

    public override bool IsAvailable
    {
        get
        {
            if (_search is { } search) search.Found = this;
            return !_isDead && !_isSuspected && base.IsAvailable;
        }
    }

    public override bool IsMonitoring => _isDead || base.IsMonitoring;

    /// <summary>Whether the last heartbeat is older than a quarter of the acceptable pause.</summary>
    internal bool IsLate => IsSilent(_late);

    public override void HeartBeat()
    {
        (_isDead, _isSuspected) = (false, false);
        Volatile.Write(ref _heard, _time.GetTimestamp());
        base.HeartBeat();
    }

    /// <summary>The detector of the member at an address.</summary>
    /// <remarks>
    /// Akka's registry keeps detectors by address and exposes none, and a detector does not know its address. So the registry is asked whether the address is
    /// available, and the detector that it consults makes itself known.
    /// </remarks>
    /// <returns>Null where the member is not watched.</returns>
    internal static ProvableFailureDetector? Find(IFailureDetectorRegistry<Address> detectors, Address address)
    {
        _search = new Search();
        try
        {
            detectors.IsAvailable(address);
            return _search.Found;
        }
        finally
        {
            _search = null;
        }
    }

    /// <summary>The detector of the member at an address, which is watched from now on if it was not.</summary>
    internal static ProvableFailureDetector FindOrWatch(IFailureDetectorRegistry<Address> detectors, Address address)
    {
        if (Find(detectors, address) is { } found) return found;
        detectors.Heartbeat(address);
        return Find(detectors, address)!;
    }

    /// <summary>The member's process is dead: it is unreachable until it is heard again.</summary>
    internal void Condemn() => _isDead = true;

    /// <summary>The member's machine does not answer: if heartbeats are late, the member is unreachable until it is heard again.</summary>
    internal void Suspect() => _isSuspected |= IsSilent(_late);

    /// <summary>Everything waits for the member: after half of the acceptable pause it is unreachable until it is heard again.</summary>
    internal void Hurry() => _isSuspected |= IsSilent(_tooLate);

    private bool IsSilent(TimeSpan time) => base.IsMonitoring && _time.GetElapsedTime(Volatile.Read(ref _heard)) > time;

    private sealed class Search
    {
        public ProvableFailureDetector? Found { get; set; }
    }
}

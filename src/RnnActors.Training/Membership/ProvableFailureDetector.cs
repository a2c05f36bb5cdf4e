using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace RnnActors.Training.Membership;

/// <summary>
/// Akka's failure detector for members, which can also be told what is known of one that it has not heard for a moment: that its process is dead, that not even its machine
/// answers, or that everything waits for it. Else a process that is only busy is waited for. Named in <c>cluster.conf</c>.
/// </summary>
public sealed class ProvableFailureDetector : PhiAccrualFailureDetector
{
    [ThreadStatic]
    private static Word _word;

    private readonly TimeProvider _time;
    private readonly TimeSpan _late, _tooLate;
    private long _heard;
    private volatile bool _isDead, _isSuspected;

    /// <summary>As Akka makes it.</summary>
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

    private enum Word
    {
        /// <summary>Of the cluster's own.</summary>
        None,
        IsLate,
        IsDead,
        IsVanished,
        IsUrgent,
    }

    public override bool IsAvailable => _word == Word.IsLate ? !IsSilent(_late) : !_isDead && !_isSuspected && base.IsAvailable;

    public override bool IsMonitoring => _isDead || base.IsMonitoring;

    public override void HeartBeat()
    {
        switch (_word)
        {
            case Word.IsDead: _isDead = true; break;
            case Word.IsVanished: _isSuspected |= IsSilent(_late); break;
            case Word.IsUrgent: _isSuspected |= IsSilent(_tooLate); break;
            default:
                (_isDead, _isSuspected) = (false, false);
                Volatile.Write(ref _heard, _time.GetTimestamp());
                base.HeartBeat();
                break;
        }
    }

    /// <summary>Whether the member at this address has not been heard for a quarter of the time after which it is suspected.</summary>
    internal static bool Misses(IFailureDetectorRegistry<Address> detectors, Address address) => !Say(Word.IsLate, () => detectors.IsAvailable(address));

    /// <summary>The member at this address is dead until it is heard again.</summary>
    internal static void Condemn(IFailureDetectorRegistry<Address> detectors, Address address) => Tell(Word.IsDead, detectors, address);

    /// <summary>The machine of the member at this address does not answer: where the member is late, it is suspected until it is heard again.</summary>
    internal static void Suspect(IFailureDetectorRegistry<Address> detectors, Address address) => Tell(Word.IsVanished, detectors, address);

    /// <summary>Everything waits for the member at this address: where it has not been heard for half of the usual time, it is suspected until it is heard again.</summary>
    internal static void Hurry(IFailureDetectorRegistry<Address> detectors, Address address) => Tell(Word.IsUrgent, detectors, address);

    private static void Tell(Word word, IFailureDetectorRegistry<Address> detectors, Address address) => Say(word, () =>
    {
        detectors.Heartbeat(address);
        return true;
    });

    /// <summary>A detector does not know whose it is, so its registry is made to find it.</summary>
    private static bool Say(Word word, Func<bool> call)
    {
        _word = word;
        try
        {
            return call();
        }
        finally
        {
            _word = Word.None;
        }
    }

    private bool IsSilent(TimeSpan time) => base.IsMonitoring && _time.GetElapsedTime(Volatile.Read(ref _heard)) > time;
}

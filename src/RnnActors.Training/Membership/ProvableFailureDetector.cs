using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace RnnActors.Training.Membership;

/// <summary>
/// Akka's failure detector for members, which can also be told what is known of one that it has not heard for a moment: that its process is dead, or that not even its machine
/// answers. A process that is only busy has a machine that does, and is waited for. Named in <c>cluster.conf</c>.
/// </summary>
public sealed class ProvableFailureDetector : PhiAccrualFailureDetector
{
    [ThreadStatic]
    private static Word _word;

    private readonly TimeProvider _time;
    private readonly TimeSpan _late;
    private long _heard;
    private volatile bool _isDead, _isVanished;

    /// <summary>As Akka makes it.</summary>
    public ProvableFailureDetector(Config config, EventStream events)
        : this(config, events, TimeProvider.System)
    {
    }

    internal ProvableFailureDetector(Config config, EventStream events, TimeProvider time)
        : base(config, events)
    {
        _time = time;
        _late = config.GetTimeSpan("acceptable-heartbeat-pause") / 4;
        _heard = time.GetTimestamp();
    }

    private enum Word
    {
        /// <summary>Of the cluster's own.</summary>
        None,
        IsLate,
        IsDead,
        IsVanished,
    }

    public override bool IsAvailable => _word == Word.IsLate ? !IsLate : !_isDead && !_isVanished && base.IsAvailable;

    public override bool IsMonitoring => _isDead || base.IsMonitoring;

    private bool IsLate => base.IsMonitoring && _time.GetElapsedTime(Volatile.Read(ref _heard)) > _late;

    public override void HeartBeat()
    {
        if (_word == Word.IsDead) _isDead = true;
        else if (_word == Word.IsVanished) _isVanished |= IsLate;
        else
        {
            (_isDead, _isVanished) = (false, false);
            Volatile.Write(ref _heard, _time.GetTimestamp());
            base.HeartBeat();
        }
    }

    /// <summary>Whether the member at this address has not been heard for a quarter of the time after which it is suspected.</summary>
    internal static bool Misses(IFailureDetectorRegistry<Address> detectors, Address address) => !Say(Word.IsLate, () => detectors.IsAvailable(address));

    /// <summary>The member at this address is dead until it is heard again.</summary>
    internal static void Condemn(IFailureDetectorRegistry<Address> detectors, Address address) => Tell(Word.IsDead, detectors, address);

    /// <summary>The machine of the member at this address does not answer: where the member is late, it is suspected until it is heard again.</summary>
    internal static void Suspect(IFailureDetectorRegistry<Address> detectors, Address address) => Tell(Word.IsVanished, detectors, address);

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
}

using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace RnnActors.Training.Membership;

/// <summary>
/// Akka's failure detector for members, which can also be told that one is dead: the cluster removes only members that are not reached, and would wait for a silence
/// that is proven already. Named in <c>cluster.conf</c>.
/// </summary>
public sealed class ProvableFailureDetector(Config config, EventStream events) : PhiAccrualFailureDetector(config, events)
{
    [ThreadStatic]
    private static bool _condemns;

    private volatile bool _isDead;

    public override bool IsAvailable => !_isDead && base.IsAvailable;

    public override bool IsMonitoring => _isDead || base.IsMonitoring;

    public override void HeartBeat()
    {
        _isDead = _condemns;
        if (!_condemns) base.HeartBeat();
    }

    /// <summary>The member at this address is dead until it is heard again. A detector does not know whose it is, so its registry is made to find it.</summary>
    internal static void Condemn(IFailureDetectorRegistry<Address> detectors, Address address)
    {
        _condemns = true;
        try
        {
            detectors.Heartbeat(address);
        }
        finally
        {
            _condemns = false;
        }
    }
}

namespace RnnActors.Training.Tests.Simulation;

/// <summary>What happens to machines and the lines between them.</summary>
internal enum FaultKind
{
    /// <summary>The process is killed, and starts again later.</summary>
    Kill,

    /// <summary>The process is stopped in order, and starts again later.</summary>
    Stop,

    /// <summary>It stands still.</summary>
    Hang,

    /// <summary>Its machine is cut off from those of the other side.</summary>
    Cut,

    /// <summary>Messages from and to it are lost, the given share of them.</summary>
    Lose,

    /// <summary>Messages from and to it take up to so many seconds longer, and overtake one another.</summary>
    Delay,

    /// <summary>Its tensor channels break.</summary>
    Break,

    /// <summary>Its disk is full.</summary>
    Fill,

    /// <summary>It is killed, and one of its newest files is damaged before it starts again.</summary>
    Tear,

    /// <summary>Its workers run out of memory at what they compute, the given share of it.</summary>
    Exhaust,

    /// <summary>It computes slower, so many times.</summary>
    Slow,

    /// <summary>It is stopped in order and comes back as another version, which the others refuse until they have it too.</summary>
    Upgrade,

    /// <summary>A client stops its run, and brings it again.</summary>
    Interrupt,

    /// <summary>It computes wrongly.</summary>
    Lie,

    /// <summary>Its memory holds only so much of a run. Where it holds something, that stays so, as the limit of a container.</summary>
    Limit,

    /// <summary>Its disk is slow: what it reads and writes takes so many seconds longer.</summary>
    SlowDisk,

    /// <summary>Somebody gives a run another priority. The machine's number says which run.</summary>
    Move,
}

/// <param name="Machine">Its number.</param>
/// <param name="Amount">As its kind says.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan At, TimeSpan For, int Machine, double Amount)
{
    public override string ToString() =>
        FormattableString.Invariant($"{At.TotalSeconds,7:0.000} s: {Kind} node {Machine} for {For.TotalSeconds:0.000} s ({Amount:0.00})");
}

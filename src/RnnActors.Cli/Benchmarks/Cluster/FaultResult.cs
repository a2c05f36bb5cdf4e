using RnnActors.Data.Wording;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>The faults that are caused in a training cluster.</summary>
internal enum Fault
{
    /// <summary>SIGKILL to a node that is only a worker.</summary>
    KilledWorker,

    /// <summary>SIGSTOP to such a node, and SIGCONT some steps later.</summary>
    HungWorker,

    /// <summary>SIGKILL to the coordinator, with its worker; a standby takes over.</summary>
    KilledCoordinator,
}

/// <summary>The cost of a fault.</summary>
/// <param name="Pause">
/// Seconds. If a worker hung: how much longer than a median step the step took that needed its part. If a worker was killed: from the kill to the end of its
/// step. If the coordinator was killed: from its last step to the next coordinator's first one, minus a median step.
/// </param>
/// <param name="Recomputation">
/// The part of these seconds by which the remaining workers take longer for a step, since they do all of it; 0 if that does not contribute.
/// </param>
/// <param name="Median">Seconds of a step before the fault.</param>
/// <param name="StepsLost">Steps that were completed before the fault and had to be repeated.</param>
/// <param name="Tries">How often a worker was stopped until a step waited for it; 1 if no worker is stopped.</param>
/// <param name="Parameters">The hash of the parameters at the end.</param>
/// <param name="Undisturbed">The hash after the same steps in one process.</param>
internal sealed record FaultResult(string Workload, int Nodes, Fault Fault, double Pause, double Recomputation, double Median, long StepsLost, int Tries,
    string Parameters, string Undisturbed)
{
    public bool IsEqual => Parameters == Undisturbed;

    public double Beyond => Math.Max(0, Pause - Recomputation);

    public string Name => Fault switch { Fault.KilledWorker => "killed worker", Fault.HungWorker => "hung worker", _ => "killed coordinator" };

    /// <summary>One line for people, as soon as it is known.</summary>
    public string Line =>
        $"{Workload,-34} {Name}: a pause of {BenchFigures.Rate(Pause)} s, {BenchFigures.Rate(Beyond)} s beyond recomputation; "
            + $"{Figures.Plural(StepsLost, "step")} lost; " +
        (IsEqual ? "equal parameters" : "OTHER PARAMETERS");

    /// <summary>The fields of its JSON line.</summary>
    public IEnumerable<(string Key, object? Value)> Members() =>
    [
        ("mode", "fault"), ("nodes", Nodes), ("workload", Workload), ("fault", Name), ("pause_s", Math.Round(Pause, 4)),
        ("recomputation_s", Math.Round(Recomputation, 4)),
        ("beyond_s", Math.Round(Beyond, 4)), ("median_ms", Math.Round(Median * 1e3, 5)), ("steps_lost", StepsLost), ("tries", Tries),
        ("parameters", Parameters), ("equal", IsEqual),
    ];
}

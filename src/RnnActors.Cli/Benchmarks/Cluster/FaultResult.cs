using RnnActors.Data.Wording;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>What is done to a cluster that trains.</summary>
internal enum Fault
{
    /// <summary>SIGKILL to a node that is only a worker.</summary>
    KilledWorker,

    /// <summary>SIGSTOP to such a node, and SIGCONT some steps later.</summary>
    HungWorker,

    /// <summary>SIGKILL to the coordinator, with its worker; a standby takes over.</summary>
    KilledCoordinator,
}

/// <summary>What a fault cost.</summary>
/// <param name="Pause">
/// Seconds that the step took longer than a median one in which a worker hung that had its part of it; from the kill of such a worker to the end of its step;
/// from the last step of a coordinator to the first one of the next, less a median step.
/// </param>
/// <param name="Recomputation">Of these, the seconds that those who are left need longer for a
/// step, since they do all of it; 0 where that is no part of the pause.</param>
/// <param name="Median">Seconds of a step before the fault.</param>
/// <param name="StepsLost">Steps that were made before it and had to be made again.</param>
/// <param name="Tries">How often a worker was stopped until it was one that a step waited for; 1 where no worker is stopped.</param>
/// <param name="Parameters">The hash of the parameters at the end.</param>
/// <param name="Undisturbed">That of the same steps in one process.</param>
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

    /// <summary>The members of its JSON line.</summary>
    public IEnumerable<(string Key, object? Value)> Members() =>
    [
        ("mode", "fault"), ("nodes", Nodes), ("workload", Workload), ("fault", Name), ("pause_s", Math.Round(Pause, 4)),
        ("recomputation_s", Math.Round(Recomputation, 4)),
        ("beyond_s", Math.Round(Beyond, 4)), ("median_ms", Math.Round(Median * 1e3, 5)), ("steps_lost", StepsLost), ("tries", Tries),
        ("parameters", Parameters), ("equal", IsEqual),
    ];
}

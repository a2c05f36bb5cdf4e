using RnnActors.Core.Training;

namespace RnnActors.Training.Arrangement;

/// <summary>Why threads are arranged as they are.</summary>
public enum ArrangementReason
{
    /// <summary>By <see cref="WorkerTeams.For"/>: the rule is clear, the run is too short to be worth a measurement, or the user asked for the rule.</summary>
    Rule,

    /// <summary>Measured at the start of this run.</summary>
    Measured,

    /// <summary>Measured on this machine before, for a model of these sizes.</summary>
    Remembered,
}

/// <summary>The arrangement of a run's threads, and how it was chosen.</summary>
/// <param name="Measured">
/// Each arrangement that was measured with the seconds of its median step; empty where <paramref name="Reason"/> is not
/// <see cref="ArrangementReason.Measured"/>.
/// </param>
public sealed record ArrangedThreads(WorkerTeams Teams, ArrangementReason Reason, IReadOnlyList<(WorkerTeams Teams, double Seconds)> Measured);

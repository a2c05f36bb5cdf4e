using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Reports;

/// <summary>What is reported at the end of a run.</summary>
/// <param name="ParameterHash">The hash of the resulting parameters.</param>
/// <param name="IsBest">Whether the result is the parameters with the lowest validation loss.</param>
/// <param name="WasFinished">Whether nothing was left to train.</param>
/// <param name="Steps">Steps that this process has computed or observed.</param>
/// <param name="Seconds">Training time in this process.</param>
/// <param name="Score">Null where no rows were held back.</param>
/// <param name="Checkpoint">Path of the last checkpoint; null where none could be written.</param>
/// <param name="Next">Commands that are useful next.</param>
public sealed record RunReport(
    RunSpecification Specification, Model Model, string ParameterHash, bool IsBest, TrainingProgress Progress, bool WasFinished, long Steps, double Seconds,
    double TokensPerSecond,
    int StepsPerEpoch, Score? Score, string? Checkpoint, IReadOnlyList<NextStep> Next)
{
    /// <summary>The whole run as data, with its verdict and pictures; null where it could not be made.</summary>
    public RunStory? Story { get; init; }

    /// <summary>Paths of plots.</summary>
    public IReadOnlyList<string> Plots { get; init; } = [];
}

/// <summary>What is reported of a run that was asked to stop.</summary>
/// <param name="Signal">What asked for it: <c>Ctrl-C</c>, or who cancelled it on a cluster.</param>
/// <param name="Resume">The command that resumes it; null where there is no checkpoint.</param>
public sealed record StopReport(string Signal, TrainingProgress Progress, string ParameterHash, string? Checkpoint, NextStep? Resume);

/// <summary>What is reported to a user who detaches from a cluster's run, which goes on.</summary>
/// <param name="Signal">What asked for it: <c>Ctrl-C</c>.</param>
/// <param name="RunId">Null where the cluster has not received everything it needs, and may not know the run.</param>
/// <param name="Next">Commands to follow the run again, to stop it, and to fetch its result.</param>
public sealed record DetachReport(string Signal, string? RunId, IReadOnlyList<NextStep> Next);

using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Reports;

/// <summary>What is said at the end of a run.</summary>
/// <param name="ParameterHash">Of the run's result.</param>
/// <param name="IsBest">Whether the result is the parameters with the lowest validation loss.</param>
/// <param name="WasFinished">Whether nothing was left to train.</param>
/// <param name="Steps">Those that this process has done or seen done.</param>
/// <param name="Seconds">Of training, in this process.</param>
/// <param name="Score">Null where no rows were held back.</param>
/// <param name="Checkpoint">The last one that was written; null where none could be.</param>
/// <param name="Next">What is worth doing next.</param>
public sealed record RunReport(
    RunSpecification Specification, Model Model, string ParameterHash, bool IsBest, TrainingProgress Progress, bool WasFinished, long Steps, double Seconds,
    double TokensPerSecond,
    int StepsPerEpoch, Score? Score, string? Checkpoint, IReadOnlyList<NextStep> Next)
{
    /// <summary>The whole run as data, with its verdict and its pictures; null where it could not be told.</summary>
    public RunStory? Story { get; init; }

    /// <summary>Files of plots.</summary>
    public IReadOnlyList<string> Plots { get; init; } = [];
}

/// <summary>What is said of a run that was asked to stop.</summary>
/// <param name="Signal">What asked for it: <c>Ctrl-C</c>, or who cancelled it on a cluster.</param>
/// <param name="Resume">The command that goes on from there; null where there is no checkpoint to go on from.</param>
public sealed record StopReport(string Signal, TrainingProgress Progress, string ParameterHash, string? Checkpoint, NextStep? Resume);

/// <summary>What is said to one who no longer follows a cluster's run, which goes on.</summary>
/// <param name="Signal">What asked for it: <c>Ctrl-C</c>.</param>
/// <param name="RunId">Null where the cluster has not got all that it needs: it may not know the run.</param>
/// <param name="Next">How to come back, to stop the run, and to get what came of it.</param>
public sealed record DetachReport(string Signal, string? RunId, IReadOnlyList<NextStep> Next);

using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;

namespace RnnActors.Cli.Reports;

/// <summary>What is said at the end of a run.</summary>
/// <param name="ParameterHash">Of the run's result.</param>
/// <param name="Steps">Those that this process has done or seen done.</param>
/// <param name="Seconds">Of training, in this process.</param>
/// <param name="Score">Null where no rows were held back.</param>
/// <param name="Checkpoint">The last one that was written; null where none could be.</param>
/// <param name="Plots">Files.</param>
/// <param name="Next">Commands to type next, with what each is for.</param>
internal sealed record RunReport(
    RunSpecification Specification, Model Model, string ParameterHash, bool IsBest, TrainingProgress Progress, bool WasFinished, long Steps, double Seconds, double TokensPerSecond,
    int StepsPerEpoch, Score? Score, string? Checkpoint, IReadOnlyList<string> Plots, IReadOnlyList<NextCommand> Next);

/// <param name="Purpose">A few words: <c>go on training</c>.</param>
/// <param name="Command">As it is typed.</param>
internal sealed record NextCommand(string Purpose, string Command);

/// <summary>What is said of a run that was asked to stop.</summary>
/// <param name="Signal">What asked for it: <c>Ctrl-C</c>.</param>
/// <param name="ResumeCommand">What goes on from there; null where there is no checkpoint to go on from.</param>
internal sealed record StopReport(string Signal, TrainingProgress Progress, string ParameterHash, string? Checkpoint, string? ResumeCommand);

using RnnActors.Cli.Reports;
using RnnActors.Cli.Runs;
using RnnActors.Core.Training;

namespace RnnActors.Cli.Display;

/// <summary>What shows a run to whoever watches: a table that is drawn over, plain lines, or JSON lines. Called by one thread at a time, never the one that trains.</summary>
internal interface IRunView
{
    void Started(RunOverview run);

    void Warned(string warning);

    /// <summary>Something happened that is not a mere step.</summary>
    void Happened(TrainingEvent happened, RunStatus status);

    /// <summary>A look at where the run is, some times a second and once at its end.</summary>
    void Refreshed(RunStatus status, bool isLast);

    /// <summary>Surrounds the training: <paramref name="follow"/> calls the other methods until it has ended.</summary>
    Task FollowAsync(Func<Task> follow) => follow();

    void Finished(RunReport report);

    void Stopped(StopReport report);
}

using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Sessions;

/// <summary>
/// What shows a run to whoever watches: a terminal, a page, a log. Called by one thread at a time, never the one that trains. Whoever implements it chooses
/// what to show: by default nothing is.
/// </summary>
public interface IRunView
{
    /// <summary>The story that the session keeps, before anything else is told: a view may read it at any time, from any thread.</summary>
    void Follows(StoryRecorder story)
    {
    }

    void Started(RunOverview run)
    {
    }

    void Warned(string warning)
    {
    }

    /// <summary>What was found or decided in the data, which is no mistake.</summary>
    void Noted(string note) => Warned(note);

    /// <summary>Something was found in data and model before training.</summary>
    void Found(Finding finding) => Warned(finding.Text);

    /// <summary>Something happened that is not a mere step.</summary>
    void Happened(TrainingEvent happened, RunStatus status)
    {
    }

    /// <summary>A look at where the run is, some times a second and once at its end.</summary>
    void Refreshed(RunStatus status, bool isLast)
    {
    }

    /// <summary>Surrounds the training: <paramref name="follow"/> calls the other methods until it has ended.</summary>
    Task FollowAsync(Func<Task> follow) => follow();

    /// <summary>Surrounds the scoring of the trained network, which may take a while.</summary>
    Score? Scored(Func<Score?> measure) => measure();

    void Finished(RunReport report)
    {
    }

    void Stopped(StopReport report)
    {
    }

    /// <summary>Nobody here follows the run any more; a cluster goes on with it.</summary>
    void Detached(DetachReport report)
    {
    }
}

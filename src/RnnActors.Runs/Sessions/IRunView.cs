using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Sessions;

/// <summary>
/// Shows a run to its users: a terminal, a page, a log. It is called by one thread at a time, never by the one that trains. By default nothing is shown;
/// implementations choose what to show.
/// </summary>
public interface IRunView
{
    /// <summary>Called first, with the story that the session records. A view may read it at any time, from any thread.</summary>
    void Opened(StoryRecorder story)
    {
    }

    void Started(RunOverview run)
    {
    }

    void Warned(string warning)
    {
    }

    /// <summary>Called with something that was found or decided in the data and is not a mistake.</summary>
    void Noted(string note) => Warned(note);

    /// <summary>Called with each finding about data and model before training.</summary>
    void Found(Finding finding) => Warned(finding.Text);

    /// <summary>Called after every event other than a step.</summary>
    void Happened(TrainingEvent happened, RunStatus status)
    {
    }

    /// <summary>Called a few times a second and once at the end, with the current status.</summary>
    void Refreshed(RunStatus status, bool isLast)
    {
    }

    /// <summary>Wraps the training: <paramref name="follow"/> calls the other methods until it has ended.</summary>
    Task FollowAsync(Func<Task> follow) => follow();

    /// <summary>Wraps the scoring of the trained network, which may take a while.</summary>
    Score? Scored(Func<Score?> measure) => measure();

    void Finished(RunReport report)
    {
    }

    void Stopped(StopReport report)
    {
    }

    /// <summary>Called when this process stops following the run and a cluster goes on with it.</summary>
    void Detached(DetachReport report)
    {
    }
}

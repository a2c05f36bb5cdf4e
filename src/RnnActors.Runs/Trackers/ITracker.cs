using RnnActors.Runs.Preparing;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trackers;

/// <summary>How a run ended, as trackers see it.</summary>
public enum TrackedStatus
{
    Finished,

    /// <summary>It was asked to stop, and may be resumed.</summary>
    Stopped,

    Failed,

    /// <summary>A cluster goes on with it.</summary>
    Detached,
}

/// <summary>What trackers get at the end of a run.</summary>
/// <param name="Story">The story with score and verdict; null where there is none.</param>
/// <param name="Files">Paths of pictures, tables and the report.</param>
public sealed record TrackedEnd(TrackedStatus Status, RunStory? Story, IReadOnlyList<string> Files);

/// <summary>
/// Sends a run's story to an experiment tracker, a program in which people compare runs. A tracker's failure is reported and never fails the run.
/// </summary>
public interface ITracker : IStoryObserver
{
    /// <summary>Called before the first step of this process.</summary>
    /// <param name="begun">The story so far.</param>
    void Begins(RunOverview run, RunStory begun);

    /// <summary>Messages for the user that were not returned before, a sentence each.</summary>
    IReadOnlyList<string> TakeNews();

    /// <summary>Called after the last step. It may take a bounded time.</summary>
    Task EndsAsync(TrackedEnd end);
}

using RnnActors.Runs.Preparing;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trackers;

/// <summary>How a run ended for those who followed it.</summary>
public enum TrackedStatus
{
    Finished,

    /// <summary>It was asked to stop, and may go on.</summary>
    Stopped,

    Failed,

    /// <summary>A cluster goes on with it.</summary>
    Detached,
}

/// <summary>The end of a run.</summary>
/// <param name="Story">With its score and verdict; null where there is none.</param>
/// <param name="Files">Pictures, tables and the report, by their paths.</param>
public sealed record TrackedEnd(TrackedStatus Status, RunStory? Story, IReadOnlyList<string> Files);

/// <summary>Takes a run's story to another program that people compare runs with. What goes wrong with it is news and never the run's failure.</summary>
public interface ITracker : IStorySink
{
    /// <summary>Before the first step of this process.</summary>
    /// <param name="begun">What is known of the run.</param>
    void Begins(RunOverview run, RunStory begun);

    /// <summary>What people should know and have not been told, a sentence each.</summary>
    IReadOnlyList<string> TakeNews();

    /// <summary>After the last step. Waits for a bounded time.</summary>
    Task EndsAsync(TrackedEnd end);
}

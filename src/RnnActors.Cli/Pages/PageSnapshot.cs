using RnnActors.Runs.Pictures;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>Where a run is, for people.</summary>
internal enum PagePhase
{
    /// <summary>Data are read, nothing is trained yet.</summary>
    Preparing,
    Training,

    /// <summary>The last step is done; the rows that were held back are measured, the report is written.</summary>
    Measuring,
    Finished,

    /// <summary>A signal ended it; it can go on.</summary>
    Stopped,
    Failed,
}

/// <summary>What the page shows at one moment. Immutable: every reader compares it with what it was sent before.</summary>
/// <param name="Number">Ascending.</param>
/// <param name="Story">Null before there is one.</param>
/// <param name="Status">Null before the first step.</param>
/// <param name="Charts">What is drawn of the story's curves, in their order.</param>
/// <param name="End">Null while it goes on.</param>
internal sealed record PageSnapshot(long Number, PagePhase Phase, RunStory? Story, RunStatus? Status, IReadOnlyList<Picture> Charts, PageEnd? End)
{
    /// <summary>Null where the run is in this process alone, and where no coordinator answers.</summary>
    public PageCluster? Cluster { get; init; }

    public bool IsOver => End is not null;
}

/// <summary>What the page says last.</summary>
/// <param name="Headline">A sentence: the verdict's, or why the run ended.</param>
/// <param name="Lines">More of it, a sentence each.</param>
/// <param name="Standing">One of <see cref="Runs.Stories.Standing"/>, as a word.</param>
/// <param name="ReportPath">Where the report lies; null where none was written.</param>
internal sealed record PageEnd(string Headline, IReadOnlyList<string> Lines, string Standing, string? ReportPath);

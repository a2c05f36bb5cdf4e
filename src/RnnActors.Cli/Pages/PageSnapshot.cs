using RnnActors.Runs.Pictures;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>Where a run is, for people.</summary>
internal enum PagePhase
{
    /// <summary>Data are read, nothing is trained yet.</summary>
    Preparing,

    /// <summary>The cluster has it, and does not train it yet.</summary>
    Waiting,
    Training,

    /// <summary>The last step is done; the rows that were held back are measured, the report is written.</summary>
    Measuring,
    Finished,

    /// <summary>A signal ended it; it can go on.</summary>
    Stopped,
    Failed,

    /// <summary>There is no run.</summary>
    Idle,
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

    /// <summary>Of the run that is shown, as its cluster calls it; null where that is not known.</summary>
    public string? RunId { get; init; }

    /// <summary>Another one for another run: nothing of the one before counts any more.</summary>
    public int Subject { get; init; }

    /// <summary>Whether nothing comes behind it.</summary>
    public bool IsOver => End is { IsLast: true };
}

/// <summary>What the page says last.</summary>
/// <param name="Headline">A sentence: the verdict's, or why the run ended.</param>
/// <param name="Lines">More of it, a sentence each.</param>
/// <param name="Standing">One of <see cref="Runs.Stories.Standing"/>, as a word.</param>
/// <param name="ReportPath">Where the report lies; null where none was written.</param>
internal sealed record PageEnd(string Headline, IReadOnlyList<string> Lines, string Standing, string? ReportPath)
{
    /// <summary>Whether the page ends with it: that of a node goes on with the next run.</summary>
    public bool IsLast { get; init; }

    public bool Equals(PageEnd? other) => other is not null && other.Headline == Headline && other.Lines.SequenceEqual(Lines) && other.Standing == Standing
        && other.ReportPath == ReportPath && other.IsLast == IsLast;

    public override int GetHashCode() => HashCode.Combine(Headline, Lines.Count, Standing, ReportPath, IsLast);
}

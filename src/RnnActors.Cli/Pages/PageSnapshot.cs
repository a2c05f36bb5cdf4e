using RnnActors.Runs.Pictures;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>The phase of a run, for display.</summary>
internal enum PagePhase
{
    /// <summary>Data are being read; nothing is trained yet.</summary>
    Preparing,

    /// <summary>The cluster has the run, and does not train it yet.</summary>
    Waiting,
    Training,

    /// <summary>The last step is done; test rows are being measured, and the report written.</summary>
    Measuring,
    Finished,

    /// <summary>A signal stopped it; it can be resumed.</summary>
    Stopped,
    Failed,

    /// <summary>There is no run.</summary>
    Idle,
}

/// <summary>The state of a page at one moment. It is immutable: for every reader it is compared with the one sent before.</summary>
/// <param name="Number">Ascending.</param>
/// <param name="Story">Null before there is one.</param>
/// <param name="Status">Null before the first step.</param>
/// <param name="Charts">The charts of the story's curves, in order.</param>
/// <param name="End">Null while the run goes on.</param>
internal sealed record PageSnapshot(long Number, PagePhase Phase, RunStory? Story, RunStatus? Status, IReadOnlyList<Picture> Charts, PageEnd? End)
{
    /// <summary>Null if the run is local, or no coordinator answers.</summary>
    public PageCluster? Cluster { get; init; }

    /// <summary>The id of the shown run in its cluster; null if it is not known.</summary>
    public string? RunId { get; init; }

    /// <summary>Changes with each run: data of the previous one no longer count.</summary>
    public int Subject { get; init; }

    /// <summary>Whether it is the last snapshot.</summary>
    public bool IsOver => End is { IsLast: true };
}

/// <summary>The end of a page.</summary>
/// <param name="Headline">A sentence: the verdict, or why the run ended.</param>
/// <param name="Lines">Details, a sentence each.</param>
/// <param name="Standing">One of <see cref="Runs.Stories.Standing"/>, as a word.</param>
/// <param name="ReportPath">The path of the report; null if none was written.</param>
internal sealed record PageEnd(string Headline, IReadOnlyList<string> Lines, string Standing, string? ReportPath)
{
    /// <summary>Whether the page ends with it; the page of a node continues with the next run.</summary>
    public bool IsLast { get; init; }

    public bool Equals(PageEnd? other) => other is not null && other.Headline == Headline && other.Lines.SequenceEqual(Lines) && other.Standing == Standing
        && other.ReportPath == ReportPath && other.IsLast == IsLast;

    public override int GetHashCode() => HashCode.Combine(Headline, Lines.Count, Standing, ReportPath, IsLast);
}

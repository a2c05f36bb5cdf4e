using RnnActors.Training.Protocol;

namespace RnnActors.Training.Remote;

/// <summary>
/// A node's parts in runs, and which of them a preparation ends. Messages may come late, twice, or not at all, so each preparation says which runs there are
/// beside it: what closes one of the others may be lost.
/// </summary>
/// <typeparam name="T">What stands for a part.</typeparam>
internal sealed class PreparedRuns<T>
{
    private readonly List<(PrepareRemoteRun Prepare, T Part)> _runs = [];

    public IEnumerable<T> Parts => _runs.Select(run => run.Part);

    public IEnumerable<string> Ids => _runs.Select(run => run.Prepare.Job.RunId);

    /// <summary>What this preparation has made before.</summary>
    public bool TryFind(PrepareRemoteRun prepare, out T part)
    {
        int found = _runs.FindIndex(run => run.Prepare.Turn == prepare.Turn && run.Prepare.Job.RunId == prepare.Job.RunId);
        part = found < 0 ? default! : _runs[found].Part;
        return found >= 0;
    }

    /// <summary>Whether the run is over by what came later: the preparation was said again, and is late.</summary>
    public bool IsLate(PrepareRemoteRun prepare) => _runs.Exists(later => later.Prepare.Turn > prepare.Turn && IsOver(prepare, later.Prepare));

    /// <summary>Takes away the parts that are over by what this preparation says.</summary>
    public IReadOnlyList<T> Before(PrepareRemoteRun prepare) =>
        Take(earlier => earlier.Turn <= prepare.Turn && IsOver(earlier, prepare));

    public void Add(PrepareRemoteRun prepare, T part) => _runs.Add((prepare, part));

    /// <summary>Takes away what is closed. One that closes the turn before comes too late where the next is prepared already.</summary>
    public IReadOnlyList<T> Close(string runId, long? turn) =>
        Take(prepare => prepare.Job.RunId == runId && (turn is not { } last || prepare.Turn <= last));

    public IReadOnlyList<T> Clear() => Take(_ => true);

    private static bool IsOver(PrepareRemoteRun earlier, PrepareRemoteRun later) =>
        earlier.Job.RunId == later.Job.RunId || later.Beside?.Contains(earlier.Job.RunId) != true;

    private T[] Take(Predicate<PrepareRemoteRun> isOver)
    {
        T[] taken = [.. _runs.Where(run => isOver(run.Prepare)).Select(run => run.Part)];
        _runs.RemoveAll(run => isOver(run.Prepare));
        return taken;
    }
}

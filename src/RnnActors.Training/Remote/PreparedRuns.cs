using RnnActors.Training.Protocol;

namespace RnnActors.Training.Remote;

/// <summary>
/// A node's parts in runs, and which of them a preparation ends. Messages may come late, twice, or not at all. A message that closes a run may be lost, so each
/// preparation lists the other runs that go on.
/// </summary>
/// <typeparam name="T">What represents a part.</typeparam>
internal sealed class PreparedRuns<T>
{
    private readonly List<(PrepareRemoteRun Prepare, T Part)> _runs = [];

    public IEnumerable<T> Parts => _runs.Select(run => run.Part);

    public IEnumerable<string> Ids => _runs.Select(run => run.Prepare.Job.RunId);

    /// <summary>Finds the part that this preparation has already made.</summary>
    public bool TryFind(PrepareRemoteRun prepare, out T part)
    {
        int found = _runs.FindIndex(run => run.Prepare.Turn == prepare.Turn && run.Prepare.Job.RunId == prepare.Job.RunId);
        part = found < 0 ? default! : _runs[found].Part;
        return found >= 0;
    }

    /// <summary>Whether the preparation is a late repetition: later ones say that its run is over.</summary>
    public bool IsLate(PrepareRemoteRun prepare) => _runs.Exists(later => later.Prepare.Turn > prepare.Turn && IsOver(prepare, later.Prepare));

    /// <summary>Removes the parts that are over according to this preparation.</summary>
    public IReadOnlyList<T> Before(PrepareRemoteRun prepare) =>
        Take(earlier => earlier.Turn <= prepare.Turn && IsOver(earlier, prepare));

    public void Add(PrepareRemoteRun prepare, T part) => _runs.Add((prepare, part));

    /// <summary>Removes a run's parts that are closed. A part that was prepared for a later turn stays.</summary>
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

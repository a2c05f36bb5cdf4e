using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>
/// Writes the coordinator's epoch and the records of its runs. What the disk refuses, as a full one does, is kept, the newest of each, and written once the
/// disk takes it: a run whose record is nowhere would be forgotten at the next start, though its checkpoints are there.
/// </summary>
/// <param name="report">Told what the disk refuses, once.</param>
/// <param name="check">Called before each write; it throws what a disk would that refuses. Null for none.</param>
internal sealed class UnwrittenRecords(NodeDirectory directory, Action<string> report, Action? check = null)
{
    private readonly Dictionary<string, RunRecord> _runs = [];
    private long? _epoch;

    public bool IsEmpty => _epoch is null && _runs.Count == 0;

    public void Write(RunRecord run) => Write(run, $"The record of {run.Job.Name}");

    public void WriteEpoch(long epoch) => _epoch = Try("The epoch", () => directory.WriteEpoch(epoch)) ? null : epoch;

    /// <summary>The run is no more.</summary>
    public void Forget(string runId) => _runs.Remove(runId);

    /// <summary>Writes what was refused, as far as the disk takes it now.</summary>
    public void TryAgain()
    {
        foreach (var run in _runs.Values.ToArray()) Write(run, null);
        if (_epoch is not { } epoch) return;
        // Where candidates share the directory, the next coordinator may have written its own.
        if (Try(null, () => directory.WriteEpoch(Math.Max(epoch, directory.ReadEpoch())))) _epoch = null;
    }

    private void Write(RunRecord run, string? what)
    {
        if (Try(what, () => directory.WriteRun(run))) _runs.Remove(run.Job.RunId);
        else _runs[run.Job.RunId] = run;
    }

    /// <param name="what">Null where it was said before.</param>
    private bool Try(string? what, Action write) => DiskWrite.Try(what, check + write, report);
}

using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>
/// Writes the coordinator's epoch and the records of its runs. If the disk refuses, as a full one does, the newest of each is kept and written once the disk
/// has room. A run without a record would be forgotten at the next start, even with checkpoints on the disk.
/// </summary>
/// <param name="report">Called once with what the disk refuses.</param>
/// <param name="check">Called before each write; it throws what a refusing disk would. Null for none.</param>
internal sealed class UnwrittenRecords(NodeDirectory directory, Action<string> report, Action? check = null)
{
    private readonly Dictionary<string, RunRecord> _runs = [];
    private long? _epoch;

    public bool IsEmpty => _epoch is null && _runs.Count == 0;

    public void Write(RunRecord run) => Write(run, $"The record of {run.Job.Name}");

    public void WriteEpoch(long epoch) => _epoch = Try("The epoch", () => directory.WriteEpoch(epoch)) ? null : epoch;

    /// <summary>Forgets a run that was deleted.</summary>
    public void Forget(string runId) => _runs.Remove(runId);

    /// <summary>Writes what was refused, as far as the disk takes it now.</summary>
    public void TryAgain()
    {
        foreach (var run in _runs.Values.ToArray()) Write(run, null);
        if (_epoch is not { } epoch) return;
        // In a shared directory, the next coordinator may have written its own epoch.
        if (Try(null, () => directory.WriteEpoch(Math.Max(epoch, directory.ReadEpoch())))) _epoch = null;
    }

    private void Write(RunRecord run, string? what)
    {
        if (Try(what, () => directory.WriteRun(run))) _runs.Remove(run.Job.RunId);
        else _runs[run.Job.RunId] = run;
    }

    /// <param name="what">For the report; null if it was reported before.</param>
    private bool Try(string? what, Action write) => DiskWrite.Try(what, check + write, report);
}

using System.Collections.Concurrent;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>The logs of a coordinator's runs. Events are queued, so that no caller waits for the disk, and written a few times a second. Thread-safe.</summary>
/// <param name="report">Called once if a log cannot be written; training goes on without.</param>
internal sealed class RunLogs(NodeDirectory directory, TimeProvider clock, Action<string> report)
{
    private readonly Lock _writing = new();
    private readonly ConcurrentQueue<(string RunId, RunLogLine Line)> _pending = new();
    private bool _isReported;

    public bool IsPending => !_pending.IsEmpty;

    /// <summary>Queues an event.</summary>
    public void Add(string runId, TrainingEvent happened)
    {
        var told = happened is StepDone step ? EventFormat.Encode(runId, [step]) : EventFormat.Encode(runId, happened);
        _pending.Enqueue((runId, new RunLogLine(clock.GetUtcNow().ToUnixTimeMilliseconds(), told.Kind, told.Event)));
    }

    /// <summary>Writes the queued events. It waits for the disk.</summary>
    public void Flush()
    {
        lock (_writing)
        {
            List<(string RunId, RunLogLine Line)> lines = [];
            while (_pending.TryDequeue(out var line)) lines.Add(line);
            foreach (var run in lines.GroupBy(line => line.RunId))
            {
                try
                {
                    Of(run.Key).Append(run.Select(line => line.Line));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    if (!_isReported) report($"The log of a run could not be written: {e.Message.TrimEnd('.')}");
                    _isReported = true;
                }
            }
        }
    }

    /// <summary>A part of a run's log; an empty one where it cannot be read.</summary>
    public RunLogPart Read(string runId, long offset)
    {
        Flush();
        try
        {
            return Of(runId).Read(runId, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new RunLogPart(runId, [], offset, IsEnd: true);
        }
    }

    /// <summary>Removes a run's checkpoints and its log.</summary>
    public void RemoveRun(string runId)
    {
        Flush();
        lock (_writing) directory.RemoveRun(runId);
    }

    private RunLog Of(string runId) => new(directory.LogOf(runId), directory.Disk);
}

using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>Tracks what the server has of a run and sends the rest. A failed call is repeated by the next attempt; calls that succeeded are not.</summary>
internal sealed class MlflowSender(MlflowOptions options, MlflowQueue queue, MlflowFile? before, string name, RunStory begun, TimeProvider clock) : IDisposable
{
    private readonly MlflowClient _client = new(options);
    private readonly IReadOnlyList<KeyValuePair<string, string>> _parameters = MlflowParameters.Of(begun.Specification);
    private readonly HashSet<string> _uploaded = [];
    private readonly long _started = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private string? _runId = before?.RunId;
    private int _sentParameters = before?.HasParameters == true ? int.MaxValue : 0;
    private MlflowRun? _run;
    private bool _takesFiles = true;

    /// <summary>Whether the server has everything, including the run's end.</summary>
    public bool IsDone { get; private set; }

    private bool HasParameters => _sentParameters >= _parameters.Count;

    /// <summary>What to store in the run's folder.</summary>
    public MlflowFile File(IReadOnlyList<MlflowMetric> waiting) =>
        new(options.Shown, options.Experiment) { RunId = _runId, HasParameters = HasParameters, Waiting = waiting };

    /// <summary>Sends everything that is pending.</summary>
    /// <param name="end">Null while the run goes on.</param>
    /// <param name="say">Called with messages for the user.</param>
    /// <exception cref="MlflowException">The server is away, or refuses the run.</exception>
    public async Task SendAsync(TrackedEnd? end, Action<string> say, CancellationToken cancellation)
    {
        _run ??= await OpenAsync(cancellation).ConfigureAwait(false);
        while (!HasParameters)
        {
            await TakenOrRefusedAsync(
                () => _client.LogParametersAsync(_run.Id, _parameters.Skip(_sentParameters).Take(MlflowClient.MaxParameters), cancellation), "parameters",
                say).ConfigureAwait(false);
            _sentParameters += MlflowClient.MaxParameters;
        }

        while (queue.Take(MlflowClient.MaxMetrics) is { Count: > 0 } metrics)
        {
            await TakenOrRefusedAsync(() => _client.LogMetricsAsync(_run.Id, metrics, cancellation), $"{metrics.Count} values", say).ConfigureAwait(false);
            queue.Done();
        }

        if (end is null) return;
        foreach (string path in end.Files)
        {
            if (!_takesFiles || _uploaded.Contains(path) || !System.IO.File.Exists(path)) continue;
            await TakenOrRefusedAsync(async () => _takesFiles = await _client.UploadAsync(_run, path, cancellation).ConfigureAwait(false),
                Path.GetFileName(path), say).ConfigureAwait(false);
            _uploaded.Add(path);
            if (!_takesFiles) say($"MLflow at {options.Shown} keeps files at {_run.ArtifactUri}, which only its own client reaches: pictures and report stay "
                + $"in the run's folder");
        }

        if (queue.Forgotten > 0)
            say($"MLflow at {options.Shown} was away so long that {queue.Forgotten:N0} values of single steps were dropped; the curves have fewer points");
        if (StatusOf(end.Status) is { } status)
            await _client.UpdateRunAsync(_run.Id, status, clock.GetUtcNow().ToUnixTimeMilliseconds(), cancellation).ConfigureAwait(false);
        IsDone = true;
    }

    public void Dispose() => _client.Dispose();

    /// <summary>MLflow's status; null where the run goes on elsewhere.</summary>
    private static string? StatusOf(TrackedStatus status) => status switch
    {
        TrackedStatus.Finished => "FINISHED",
        TrackedStatus.Failed => "FAILED",
        TrackedStatus.Stopped => "KILLED",
        _ => null,
    };

    /// <summary>Opens the run of before, if the server still has it, or a new one.</summary>
    private async Task<MlflowRun> OpenAsync(CancellationToken cancellation)
    {
        if (_runId is { } id && await _client.FindRunAsync(id, cancellation).ConfigureAwait(false) is { } known)
        {
            await _client.UpdateRunAsync(id, "RUNNING", null, cancellation).ConfigureAwait(false);
            return known;
        }

        string experiment = await _client.ExperimentAsync(options.Experiment, cancellation).ConfigureAwait(false);
        MlflowRun made = await _client.CreateRunAsync(experiment, name, _started, Tags(), cancellation).ConfigureAwait(false);
        (_runId, _sentParameters) = (made.Id, 0);
        return made;
    }

    private IEnumerable<KeyValuePair<string, string>> Tags()
    {
        yield return new("mlflow.source.type", "LOCAL");
        yield return new("mlflow.source.name", begun.Commands is [.., var command] ? command : "RnnActors");
        yield return new("mlflow.user", Environment.UserName.Length > 0 ? Environment.UserName : "unknown");
        yield return new("mlflow.note.content", begun.Question);
        yield return new("rnnactors.task", begun.Task);
        if (begun.Facts.FirstOrDefault(fact => fact.Name == "data hash") is { } hash) yield return new("rnnactors.data_hash", hash.Text);
    }

    /// <summary>Makes a call. If the server refuses it permanently, the user is told and the call is skipped, so that everything else is sent.</summary>
    private async Task TakenOrRefusedAsync(Func<Task> call, string what, Action<string> say)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (MlflowException e) when (!e.IsAway)
        {
            say($"MLflow at {options.Shown} refuses {what}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            say($"{what} cannot be read for MLflow: {e.Message.TrimEnd('.')}");
        }
    }
}

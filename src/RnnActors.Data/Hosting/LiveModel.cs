using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Data.Trained;

namespace RnnActors.Data.Hosting;

/// <summary>
/// The newest model of a run that may still be trained. It looks for newer checkpoints while the host runs; one that is whole takes the place of the model
/// before it at once, and who holds that one keeps it. A file that is torn, or of another kind of task, changes nothing and is said in the log. Models are
/// loaded on a thread that gives way to those of requests.
/// </summary>
public sealed partial class LiveModel : BackgroundService
{
    private readonly string _path;
    private readonly LiveModelOptions _options;
    private readonly ILogger<LiveModel> _log;
    private readonly TimeProvider _time;
    private readonly Lock _looking = new();
    private readonly HashSet<FileState> _refused = [];
    private volatile TrainedModel? _current;
    private FileState _loaded;

    /// <param name="path">The folder of a run, or one of its checkpoints.</param>
    /// <exception cref="InvalidInputException">There is no checkpoint that can be used, or an option is out of its range.</exception>
    public LiveModel(string path, LiveModelOptions options, ILogger<LiveModel> log, TimeProvider? time = null)
    {
        options.Check();
        (_path, _options, _log, _time) = (path, options, log, time ?? TimeProvider.System);
        if (!Refresh() && options.IsRequired) _current = TrainedModel.Load(path, options.Choice, options.Threads); // which says what is wrong
    }

    /// <summary>Whether there is a model yet. One that is there stays.</summary>
    public bool HasModel => _current is not null;

    /// <summary>The newest model. A request that asks several times should take it once, or take <see cref="TrainedModel"/> from its scope.</summary>
    /// <exception cref="InvalidInputException">There is none yet, where none is required.</exception>
    public TrainedModel Current => _current ?? throw new InvalidInputException(
        "there is no model yet: no checkpoint has been written here that can be used", "Ask HasModel first, or wait", new SourceLocation(_path));

    /// <summary>Looks now whether there is a newer checkpoint. Any thread may ask.</summary>
    /// <returns>Whether another model is now the current one.</returns>
    public bool Refresh()
    {
        lock (_looking)
        {
            foreach (string file in NewestFirst())
            {
                if (FileState.Of(file) is not { } state || _refused.Contains(state)) continue;
                if (state == _loaded) return false;
                try
                {
                    TrainedModel next = TrainedModel.Load(file, _options.Choice, _options.Threads);
                    if (_current is { } before && before.Task.Name != next.Task.Name)
                        throw new InvalidInputException($"this is {next.Task.Noun}, not {before.Task.Noun}", "Give each run a folder of its own",
                            new SourceLocation(file));
                    if (_options.WarmsUp) next.WarmUp();
                    (_loaded, _current) = (state, next);
                    _refused.RemoveWhere(refused => FileState.Of(refused.Path) != refused);
                    Loaded(_log, next.Path, next.Step, next.ParameterHash);
                    return true;
                }
                catch (InvalidInputException problem)
                {
                    _refused.Add(state);
                    Kept(_log, problem.Message);
                }
            }

            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_options.Period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    await BackgroundThread.Run(() => Refresh()).ConfigureAwait(false);
                }
                catch (Exception problem)
                {
                    // Whatever it is, requests are still answered.
                    Kept(_log, problem.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the host stops
        }
    }

    /// <summary>The files that may hold the newest model; the best one only where there is no other.</summary>
    private string[] NewestFirst()
    {
        if (File.Exists(_path)) return [_path];
        var folder = new CheckpointFolder(_path);
        string[] steps = [.. folder.Steps().Select(folder.PathOf)];
        return steps.Length > 0 ? steps : [folder.BestPath];
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The model is now that of {Path}: step {Step}, parameters {Hash}.")]
    private static partial void Loaded(ILogger log, string path, long step, string hash);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "A newer checkpoint cannot be used, so the model stays what it was. {Problem}")]
    private static partial void Kept(ILogger log, string problem);

    /// <summary>A file as it was at some time: another content has another.</summary>
    private readonly record struct FileState(string Path, long Length, DateTime Written)
    {
        public static FileState? Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileState(path, file.Length, file.LastWriteTimeUtc) : null;
        }
    }
}

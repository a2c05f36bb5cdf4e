using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Problems;
using RnnActors.Data.Trained;

namespace RnnActors.Data.Hosting;

/// <summary>
/// The newest model of a run that may still be training. It watches for newer checkpoints while the host runs. A complete one replaces the current model at
/// once; whoever holds the previous model keeps it. A damaged file, or one of another kind of task, changes nothing and is logged. Models are loaded on a
/// thread of low priority, which gives way to requests.
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
        if (!Refresh() && options.IsRequired) _current = Load(path); // throws the reason
    }

    /// <summary>Whether there is a model yet. Once there is, there always is.</summary>
    public bool HasModel => _current is not null;

    /// <summary>The newest model. A request that uses it several times should read it once, or take <see cref="TrainedModel"/> from its scope.</summary>
    /// <exception cref="InvalidInputException">There is none yet, and <see cref="LiveModelOptions.IsRequired"/> is false.</exception>
    public TrainedModel Current => _current ?? throw new InvalidInputException(
        "there is no model yet: no checkpoint has been written here that can be used", "Ask HasModel first, or wait", new SourceLocation(_path));

    /// <summary>Looks for a newer checkpoint now. Thread-safe.</summary>
    /// <returns>Whether the current model was replaced.</returns>
    public bool Refresh() => Refresh(Load);

    private bool Refresh(Func<string, TrainedModel> load)
    {
        lock (_looking)
        {
            foreach (string file in NewestFirst())
            {
                if (FileState.Of(file) is not { } state || _refused.Contains(state)) continue;
                if (state == _loaded) return false;
                try
                {
                    TrainedModel next = load(file);
                    if (_current is { } before && before.Task.Name != next.Task.Name)
                        throw new InvalidInputException($"this is {next.Task.Noun}, not {before.Task.Noun}", "Give each run a folder of its own",
                            new SourceLocation(file));
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

    private TrainedModel Load(string file)
    {
        var model = TrainedModel.Load(file, _options.Choice, _options.Threads);
        if (_options.WarmsUp) model.WarmUp();
        return model;
    }

    /// <summary>Loads while requests are answered, and gives way to them. The log is written by the caller: it may give work to the thread pool.</summary>
    private TrainedModel LoadBeside(string file) => BackgroundThread.Run(() => Load(file), isLowest: true).GetAwaiter().GetResult();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_options.Period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    await BackgroundThread.Run(() => Refresh(LoadBeside)).ConfigureAwait(false);
                }
                catch (Exception problem)
                {
                    // Whatever the problem, requests are still answered by the current model.
                    Kept(_log, problem.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the host stops
        }
    }

    /// <summary>The files that may hold the newest model; the best one only if there is no other.</summary>
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

    /// <summary>The state of a file; it changes with the content.</summary>
    private readonly record struct FileState(string Path, long Length, DateTime Written)
    {
        public static FileState? Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileState(path, file.Length, file.LastWriteTimeUtc) : null;
        }
    }
}

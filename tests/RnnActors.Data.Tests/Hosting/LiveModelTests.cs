using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Hosting;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Trained;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Data.Tests.Hosting;

/// <summary>A host that serves the newest model of a run's folder, whatever happens to its files.</summary>
public sealed class LiveModelTests : IDisposable
{
    private static readonly Table Recent = new("recent", [new Column("x", [.. Enumerable.Range(0, 8).Select(i => 0.5 + (i % 3 / 10.0))])]);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");
    private readonly Heard _log = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_newer_checkpoint_takes_the_place_of_the_one_before_and_who_has_that_keeps_it()
    {
        Save(10, seed: 1);
        using LiveModel live = Open();
        TrainedModel first = live.Current;
        double[] before = Answer(first);
        Assert.False(live.Refresh());
        Assert.Same(first, live.Current);

        Save(20, seed: 2);
        Assert.True(live.Refresh());
        Assert.Equal((20, 10), (live.Current.Step, first.Step));
        Assert.NotEqual(before, Answer(live.Current));
        Assert.Equal(before, Answer(first));
        Assert.Contains(_log.Lines,
            line => line.StartsWith("Information: The model is now that of", StringComparison.Ordinal) && line.Contains("step 20", StringComparison.Ordinal));
    }

    /// <summary>At each length that a file has while it is copied, and with any bit changed, the model before stays; the whole file is then taken.</summary>
    [Fact]
    public void A_torn_file_changes_nothing_and_is_said_once()
    {
        Save(10, seed: 1);
        using LiveModel live = Open();
        TrainedModel first = live.Current;
        string path = Save(20, seed: 2);
        byte[] whole = File.ReadAllBytes(path);
        var random = new Random(3);
        for (int i = 0; i < 40; i++)
        {
            byte[] torn = i % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            if (i % 2 == 1) torn[random.Next(torn.Length)] ^= (byte)(1 << random.Next(8));
            Replace(path, torn, i);
            _log.Lines.Clear();
            Assert.False(live.Refresh());
            Assert.False(live.Refresh());
            Assert.Same(first, live.Current);
            Assert.StartsWith("Warning: A newer checkpoint cannot be used, so the model stays what it was. ", Assert.Single(_log.Lines),
                StringComparison.Ordinal);
            Assert.Contains("step-00000020", _log.Lines[0], StringComparison.Ordinal);
        }

        Replace(path, whole, 99);
        Assert.True(live.Refresh());
        Assert.Equal(20, live.Current.Step);
    }

    [Fact]
    public void A_network_of_another_kind_and_a_folder_that_is_emptied_change_nothing()
    {
        Save(10, seed: 1);
        using LiveModel live = Open();
        TrainedModel first = live.Current;
        string text = Path.Combine(_folder.FullName, "poem.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("the sea, the sky\n", 60)));
        Save(30, 1, RunSpecification.ForDataFile(text, ["data.steps=8"]).With(["training.batch=4", "training.shards=2"]));
        Assert.False(live.Refresh());
        Assert.Contains(_log.Lines, line => line.Contains("this is a language model, not a forecast", StringComparison.Ordinal));

        foreach (FileInfo file in _folder.EnumerateFiles("*.safetensors")) file.Delete();
        Assert.False(live.Refresh());
        Assert.Same(first, live.Current);
    }

    [Fact]
    public void Where_there_is_no_model_the_host_does_not_start()
    {
        Assert.Contains("this folder has no checkpoint", Assert.Throws<InvalidInputException>(Open).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "step-00000001.safetensors"), [1, 2, 3]);
        Assert.Contains("none of its 1 checkpoints is whole", Assert.Throws<InvalidInputException>(Open).Message, StringComparison.Ordinal);
        Save(2, seed: 1);
        Assert.Throws<InvalidInputException>(() => new LiveModel(_folder.FullName, new LiveModelOptions { Period = TimeSpan.Zero }, _log));
        Assert.Throws<InvalidInputException>(() => new LiveModel(_folder.FullName, new LiveModelOptions { Threads = 0 }, _log));
    }

    /// <summary>While checkpoints come, every answer is one whole model's, and a scope has one model to its end.</summary>
    [Fact]
    public async Task Requests_of_a_host_never_see_a_mix()
    {
        Save(1, seed: 1);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.AddProvider(_log).SetMinimumLevel(LogLevel.Information));
        builder.Services.AddRnnActorsModel(_folder.FullName, options => options.Period = TimeSpan.FromMilliseconds(5));
        builder.Services.AddKeyedRnnActorsModel("first", Path.Combine(_folder.FullName, "step-00000001.safetensors"));
        using IHost host = builder.Build();
        await host.StartAsync();
        const int Last = 9;
        using var ended = new CancellationTokenSource();
        var seen = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            HashSet<(string Hash, string Answer)> own = [];
            while (!ended.IsCancellationRequested)
            {
                using IServiceScope scope = host.Services.CreateScope();
                var model = scope.ServiceProvider.GetRequiredService<TrainedModel>();
                own.Add((model.ParameterHash, string.Join(' ', Answer(model))));
                Assert.Same(model, scope.ServiceProvider.GetRequiredService<TrainedModel>());
                await Task.Delay(1); // a busy machine would leave the loading thread nothing
            }

            return own;
        })).ToArray();
        for (int step = 2; step <= Last; step++)
        {
            Task<string> loaded = _log.Next($"step {step},");
            Save(step, (ulong)step);
            await loaded;
        }

        await ended.CancelAsync();
        (string Hash, string Answer)[] all = [.. (await Task.WhenAll(seen)).SelectMany(own => own).Distinct()];
        foreach ((string hash, string answer) in all) Assert.Equal(string.Join(' ', Answer(TrainedModel.Load(PathOf(hash)))), answer);
        Assert.Equal(all.Length, all.Select(one => one.Hash).Distinct().Count());
        Assert.Equal((Last, 1),
            (host.Services.GetRequiredService<LiveModel>().Current.Step, host.Services.GetRequiredKeyedService<LiveModel>("first").Current.Step));
        await host.StopAsync();

        string PathOf(string hash) =>
            _folder.EnumerateFiles("step-*.safetensors").Select(file => file.FullName).First(file => TrainedModel.Load(file).ParameterHash == hash);
    }

    /// <summary>A thread that gives way must not write the log: what it gives to the thread pool may start one that never answers requests in time.</summary>
    [SkippableFact]
    public async Task On_Linux_a_newer_model_is_loaded_by_a_thread_that_gives_way_and_told_of_by_another()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a niceness of their own on Linux alone.");
        Save(1, seed: 1);
        using var live = new LiveModel(_folder.FullName, new LiveModelOptions { Period = TimeSpan.FromMilliseconds(1) }, _log);
        await live.StartAsync(default);
        HashSet<int> loading = [];
        long began = Stopwatch.GetTimestamp();
        for (int step = 2; !loading.Contains(BackgroundThread.MaxNiceness) && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1); step++)
        {
            Task<string> loaded = _log.Next($"step {step},");
            Save(step, (ulong)step);
            while (!loaded.IsCompleted) loading.UnionWith(ThreadNiceness.OfThreads("background work"));
            Assert.Equal(ThreadNiceness.Now(), _log.Niceness);
        }

        await live.StopAsync(default);

        // One that has just started is still as nice as the others.
        Assert.Contains(BackgroundThread.MaxNiceness, loading);
    }

    private static double[] Answer(TrainedModel model) => [.. model.Predict(Recent, intervals: false)["x"].Numbers!];

    /// <summary>Overwrites a file as a copy does, with a time of its own.</summary>
    private static void Replace(string path, byte[] bytes, int number)
    {
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(number));
    }

    private LiveModel Open() => new(_folder.FullName, new LiveModelOptions(), _log);

    /// <summary>Writes a checkpoint of an untrained run.</summary>
    private string Save(long step, ulong seed, RunSpecification? specification = null)
    {
        specification ??= RunSpecification.ForDataFile(null, ["data.window=6", "data.horizon=2"]).With(["model.0.lstm=4"]);
        PreparedTask task = specification.Task.Prepare(specification.Data, "", specification.Training);
        TrainingSpec training = specification.Training with { Seed = seed };
        var model = new Model(specification.Model.WithOutputs(training.Loss.OutputsFor(task.Target)).WithSteps(task.Train.Steps), task.Train.Inputs);
        TrainingState state = TrainingState.Create(model, training, 0);
        using var store = new CheckpointStore(_folder.FullName, keep: 100);
        return store.Save(
            step, TrainingCheckpoint.Tensors(model, training, state),
            TrainingCheckpoint.Metadata(model, training, state, new RunIdentity(specification.ToJson(), task.Preparation, task.DataHash)), isBest: false);
    }

    /// <summary>What was said in the log, and who waits for it.</summary>
    private sealed class Heard : ILogger<LiveModel>, ILoggerProvider
    {
        private readonly Lock _lock = new();
        private (string Text, TaskCompletionSource<string> Waits)? _wanted;

        public List<string> Lines { get; } = [];

        /// <summary>Of the thread that found the awaited line.</summary>
        public int Niceness { get; private set; }

        /// <summary>The next line of the current model that has a text in it.</summary>
        public Task<string> Next(string text)
        {
            var waits = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock) _wanted = (text, waits);
            return waits.Task;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string line = $"{logLevel}: {formatter(state, exception)}";
            lock (_lock)
            {
                Lines.Add(line);
                if (_wanted is not { } wanted || !line.Contains(wanted.Text, StringComparison.Ordinal)) return;
                Niceness = ThreadNiceness.Now();
                wanted.Waits.TrySetResult(line);
            }
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using RnnActors.Core.Checkpoints;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>
/// A cluster of processes on this machine, each with a data directory of its own. What it is asked to do wrong is recovered from within some seconds, so
/// silence is noticed sooner than in the field.
/// </summary>
internal sealed class TestCluster(ITestOutputHelper log) : IDisposable
{
    /// <summary>
    /// Specifications of runs that end when the test has seen enough: a forecast, a model of words, and one of the levels of a series. The states of the latter
    /// two are carried from batch to batch; the last has more checkpoints than can be copied.
    /// </summary>
    public const string Series = "series.json", Words = "words.json", Levels = "levels.json";

    private readonly List<ClusterProcess> _processes = [];
    private readonly List<string> _contacts = [];
    private int _runs;

    public Workplace Place { get; } = CreatePlace();

    /// <summary>What begins the command line of a process that is not to run here; none for the rest.</summary>
    public Func<string, string[]> Wrapper { get; init; } = _ => [];

    /// <summary>The address that a node binds to.</summary>
    public Func<string, string[]> Binding { get; init; } = _ => [];

    /// <summary>Ports that are not any free ones.</summary>
    public (int Port, int ChannelPort) Ports { get; init; }

    public int SuspectAfter { get; init; } = 4;

    /// <summary>The build that processes are started from.</summary>
    public string Library { get; set; } = Rnnactors.Library;

    public ClusterNode StartCoordinator(string name = "coordinator", int port = 0, params string[] options) =>
        StartNode(name, "coordinator", port, options);

    /// <summary>Starts workers without waiting for them: the run says when they have joined.</summary>
    public ClusterNode StartWorker(string name, int workers = 1, params string[] options) =>
        StartNode(name, "worker", 0, ["--workers", $"{workers}", .. options]);

    /// <summary>Brings a run to the cluster. Brought again, it is the same one.</summary>
    public ClusterRun Train(string specification, params string[] options) =>
        Bring(specification, ["train", specification, .. options, "--no-plot"]);

    /// <summary>Brings what a command does to the cluster, in a folder of the process's name.</summary>
    public ClusterRun Bring(string specification, params string[] command)
    {
        string name = $"client-{++_runs}";
        string[] arguments = [.. command, "--out", name, "--json",
            .. _contacts.SelectMany(contact => new[] { "--cluster", contact }), .. Plain(name)];
        var run = new ClusterRun(name, specification, Start(name, arguments));
        _processes.Add(run);
        return run;
    }

    /// <summary>What <c>status</c> says, asked from a process's place.</summary>
    public JsonObject Status(string place)
    {
        return Command(place, "status");
    }

    /// <summary>What a command about the cluster says at its end, given from a process's place.</summary>
    public JsonObject Command(string place, params string[] command)
    {
        for (int tries = 1; ; tries++)
        {
            using var asking = Start(place, [.. command, "--json", .. _contacts.SelectMany(contact => new[] { "--cluster", contact }), .. Plain(place)]);
            var said = asking.WaitForExit();
            if (said.ExitCode == 0) return Rnnactors.Json(said.Output.TrimEnd().Split('\n')[^1]);
            // A coordinator that a busy machine does not let answer in time, or that moves, answers the next time.
            Assert.True(tries < 10 && said.Error.Contains("No coordinator answered", StringComparison.Ordinal), said.ToString());
        }
    }

    /// <summary>Stops the run, and holds it to the bits of one process that nothing disturbed.</summary>
    public void StopAndCompare(ClusterRun run)
    {
        string name = Path.GetFileNameWithoutExtension(run.Specification);
        var open = Status(run.Name)["runs"]!.AsArray()
            .Single(one => one!["name"]!.GetValue<string>() == name && one["state"]!.GetValue<string>() is "running" or "waiting");
        Command(run.Name, "cancel", open!["run"]!.GetValue<string>());
        (long step, string parameters) = run.AwaitStopped();
        log.WriteLine($"stopped at step {step}, parameters {parameters}");
        Assert.Equal(Alone(run.Specification, step), parameters);
    }

    /// <summary>The hash of one process that nothing disturbs, after some steps.</summary>
    public string Alone(string specification, long steps) => Rnnactors.Parameters(Rnnactors.RunToDone(
        Place.Path, "train", specification, "--out", $"alone-{++_runs}", "--no-plot", "--max-steps", steps.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Does what a test does, and tells all that the processes said where it fails.</summary>
    public void Watch(Action test)
    {
        try
        {
            test();
        }
        catch (Exception error) when (error is not SkipException)
        {
            Tell();
            throw;
        }
    }

    /// <inheritdoc cref="Watch"/>
    public async Task WatchAsync(Func<Task> test)
    {
        try
        {
            await test();
        }
        catch (Exception error) when (error is not SkipException)
        {
            Tell();
            throw;
        }
    }

    /// <summary>Waits until a standby has a copy of a checkpoint of a step or later.</summary>
    public void AwaitCopy(ClusterNode standby, long step)
    {
        var limit = DateTime.UtcNow.AddSeconds(60);
        while (Copies(standby).DefaultIfEmpty().Max() < step)
        {
            Assert.True(DateTime.UtcNow < limit, $"{standby.Name} got no copy of a checkpoint of step {step} or later within a minute");
            Thread.Sleep(20);
        }
    }

    /// <summary>The steps of the checkpoints that a node has.</summary>
    public IEnumerable<long> Copies(ClusterNode node) => Directory.Exists(Place[$"{node.Name}/runs"])
        ? Directory.GetDirectories(Place[$"{node.Name}/runs"]).SelectMany(folder => new CheckpointFolder(folder).Steps())
        : [];

    public void Dispose()
    {
        foreach (var process in _processes) process.Dispose();
        Place.Dispose();
    }

    private static Workplace CreatePlace()
    {
        var place = new Workplace();
        File.WriteAllText(place[Series], Endless(File.ReadAllText(place[Workplace.Forecast])));
        File.WriteAllText(place[Words], Endless(File.ReadAllText(place[Workplace.LanguageModel])));
        File.WriteAllText(place["levels.txt"], LevelsOf(File.ReadLines(place["series.csv"]).Skip(1)));
        File.WriteAllText(place[Levels], Endless("""
            { "task": "language-model",
              "data": { "path": "levels.txt", "steps": 12, "split": { "train": 0.8, "validation": 0.1, "test": 0.1 } },
              "model": [ { "embedding": 6 }, { "lstm": 20, "layers": 2, "dropout": 0.1, "recurrentDropout": 0.1 }, { "dense": "vocabulary" } ],
              "training": { "loss": "crossEntropy", "optimizer": { "adam": { "learningRate": 0.01 } },
                "batch": 7, "shards": 5, "epochs": 3, "clipNorm": 1.0, "seed": 11 },
              "checkpoint": { "everySteps": 5 } }
            """, everySteps: 3));
        return place;
    }

    /// <summary>A letter for each value of a series: how high it is.</summary>
    private static string LevelsOf(IEnumerable<string> rows) => string.Concat(
        rows.Select(row => (char)('m' + (int)double.Parse(row.AsSpan(row.LastIndexOf(',') + 1), CultureInfo.InvariantCulture))));

    private static string Endless(string specification, int everySteps = 20)
    {
        var json = Rnnactors.Json(specification);
        json["training"]!.AsObject().Remove("schedule");
        json["training"]!["epochs"] = 100_000;
        json["checkpoint"] = new JsonObject { ["everySteps"] = everySteps, ["keep"] = 2 };
        return json.ToJsonString();
    }

    private void Tell()
    {
        foreach (var process in _processes) log.WriteLine($"--- {process.Name}{(process.HasExited ? ", which has ended" : "")}\n{process.Tail}");
    }

    private ClusterNode StartNode(string name, string role, int port, params string[] options)
    {
        bool isCandidate = role == "coordinator";
        string[] arguments =
        [
            "node", "--json", "--role", role, "--port", $"{(port == 0 ? Ports.Port : port)}", "--channel-port", $"{Ports.ChannelPort}", "--data", name,
            "--suspect-after", $"{SuspectAfter}", "--down-after", "2",
            .. _contacts.Where(contact => port == 0 || !contact.EndsWith($":{port}", StringComparison.Ordinal))
            .SelectMany(contact => new[] { "--join", contact }), .. Binding(name), .. Plain(name), .. options,
        ];
        var node = new ClusterNode(name, Start(name, arguments), isCandidate);
        _processes.Add(node);
        if (!isCandidate) return node;
        node.Address = node.Await("node_listening")["address"]!.GetValue<string>();
        if (!_contacts.Contains(node.Address)) _contacts.Add(node.Address);
        return node;
    }

    private string[] Plain(string name) => Wrapper(name).Length == 0 ? [] : ["--dangerously-allow-plain-text"];

    private ProcessRun Start(string name, string[] arguments)
    {
        string[] command = [.. Wrapper(name), "dotnet", Library, .. arguments];
        return ProcessRun.Start("env", ["--default-signal=INT", .. command], Place.Path);
    }
}

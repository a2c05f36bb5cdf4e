using System.Globalization;
using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Sdk;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>A process of a cluster, whose <c>--json</c> lines are waited for one after the other.</summary>
internal class ClusterProcess(string name, ProcessRun run) : IDisposable
{
    private ProcessResult? _ended;

    public string Name => name;

    public bool HasExited => run.HasExited;

    public string Tail => run.Tail;

    /// <summary>The next event that is wanted, after the one that was waited for last.</summary>
    /// <param name="names">One or several with commas.</param>
    /// <exception cref="XunitException">The process ended without it.</exception>
    /// <exception cref="TimeoutException">It does not come.</exception>
    public JsonObject Await(string names, Func<JsonObject, bool>? wanted = null)
    {
        string[] all = names.Split(',');
        JsonObject? found = null;
        run.WaitForLine(line =>
        {
            if (!line.StartsWith('{')) return false;
            var json = Rnnactors.Json(line);
            if (!all.Contains(json["event"]!.GetValue<string>()) || wanted?.Invoke(json) == false) return false;
            found = json;
            return true;
        });
        return found ?? throw new XunitException($"{name} ended without {names}:\n{Tail}");
    }

    public void Signal(string signal) => run.Signal(signal);

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        run.Signal("KILL");
        AwaitEnd();
    }

    public ProcessResult AwaitEnd() => _ended ??= run.WaitForExit();

    /// <summary>What its threads have used of the processors so far.</summary>
    public TimeSpan ProcessorTime => run.ProcessorTime;

    public void Dispose() => run.Dispose();

    /// <summary>The last event of a name, whether or not it was waited for; null where there was none.</summary>
    protected JsonObject? Last(string name) =>
        run.LastLine(line => line.StartsWith('{') && Rnnactors.IsEvent(line, name)) is { } line ? Rnnactors.Json(line) : null;

    /// <summary>What it has said and nobody has waited for.</summary>
    public IReadOnlyList<string> TakeLines() => run.TakeLines();
}

/// <summary>A node.</summary>
internal sealed class ClusterNode(string name, ProcessRun run, bool isCandidate) : ClusterProcess(name, run)
{
    public bool IsCandidate => isCandidate;

    /// <summary>Where it listens, as HOST:PORT.</summary>
    public string Address { get; set; } = "";

    /// <summary>Whether it says that the coordinator is with it.</summary>
    public bool IsCoordinator => Last("coordinator_changed")?["is_here"]?.GetValue<bool>() == true;

    /// <summary>Where its page is, once it has said so.</summary>
    public Uri Page => new((Last("page_listening") ?? Await("page_listening"))["address"]!.GetValue<string>());

    public int Port => int.Parse(Address.AsSpan(Address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
}

/// <summary>The process that brought a run, and what it learns of it.</summary>
internal sealed class ClusterRun(string name, string specification, ProcessRun run) : ClusterProcess(name, run)
{
    private const string StepEvents = "step,epoch,checkpoint,checkpoint_failed";

    private long _step = -1;

    public string Specification => specification;

    /// <summary>The newest step whose checkpoint was told of.</summary>
    public long Saved { get; private set; } = -1;

    /// <summary>Waits until the run has gone on by some steps from where it is now. What was said before is passed over.</summary>
    /// <returns>The step.</returns>
    public long AwaitProgress(int steps = 1)
    {
        foreach (string line in TakeLines()) Note(Rnnactors.Json(line));
        long wanted = _step + steps;
        Await(StepEvents, json => Note(json) >= wanted);
        return _step;
    }

    private long Note(JsonObject json)
    {
        string name = json["event"]!.GetValue<string>();
        if (StepEvents.Split(',').Contains(name)) _step = Math.Max(_step, json["step"]!.GetValue<long>());
        if (name == "checkpoint") Saved = Math.Max(Saved, json["step"]!.GetValue<long>());
        return _step;
    }

    /// <summary>Waits for the end of a run that is cancelled.</summary>
    /// <returns>The step, and the hash of the parameters.</returns>
    public (long Step, string Parameters) AwaitStopped()
    {
        var stopped = Await("stopped");
        Assert.Equal(4, AwaitEnd().ExitCode);
        return (stopped["steps"]!.GetValue<long>(), stopped["parameters"]!.GetValue<string>());
    }
}

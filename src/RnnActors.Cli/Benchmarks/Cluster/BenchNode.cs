using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using RnnActors.Cli.Processes;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>A line that a node has printed, and when it was received.</summary>
internal readonly record struct NodeLine(JsonObject Members, TimeSpan Heard);

/// <summary>A node of the measured cluster: this program as a process of its own.</summary>
internal sealed class BenchNode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<NodeLine> _lines = Channel.CreateUnbounded<NodeLine>();
    private readonly StringBuilder _errors = new();
    private readonly string _name;

    /// <param name="folder">Its working directory; its data are in a subfolder of its name.</param>
    public BenchNode(string folder, string name, params IEnumerable<string> options)
    {
        _name = name;
        ProcessStartInfo start = OwnProgram.Start(["node", "--json", "--port", "0", "--channel-port", "0", "--data", name, .. options]);
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith(NodeOptions.Section + "__", StringComparison.OrdinalIgnoreCase))
            .ToArray()) start.Environment.Remove(variable);
        DataDirectory = Path.Combine(folder, name);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, said) => Hear(said.Data);
        _process.ErrorDataReceived += (_, said) =>
        {
            lock (_errors) _errors.AppendLine(said.Data);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string DataDirectory { get; }

    /// <summary>Its name in the cluster, once it is a member.</summary>
    public string Address { get; set; } = "";

    /// <summary>Waits for the next line of an event, after the one last waited for.</summary>
    /// <exception cref="TrainingFailedException">The node has ended, or does not print it in time.</exception>
    public async Task<NodeLine> AwaitAsync(string happened, Func<JsonObject, bool>? wanted, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(limit.Token).ConfigureAwait(false))
                if ((string?)line.Members["event"] == happened && wanted?.Invoke(line.Members) != false) return line;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TrainingFailedException($"the {_name} said nothing of {happened} within {Patience.TotalSeconds:0} s");
        }

        string errors;
        lock (_errors) errors = _errors.ToString().Trim();
        throw new TrainingFailedException($"the {_name} has ended{(errors.Length == 0 ? "" : $": {errors}")}");
    }

    /// <summary>Kills it, as a power cut would.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends a signal for which .NET has no method: STOP, CONT.</summary>
    public void Signal(string signal) => OwnProgram.Signal(_process, signal);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Hear(string? text)
    {
        if (text is null) _lines.Writer.Complete();
        else if (text.StartsWith('{')) _lines.Writer.TryWrite(new NodeLine(JsonNode.Parse(text)!.AsObject(), BenchCluster.Now));
    }
}

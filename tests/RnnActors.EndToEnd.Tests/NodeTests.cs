using System.Net;
using System.Net.Sockets;
using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.EndToEnd.Tests;

/// <summary>Nodes as processes: what they say, how they end, and what a run that needs no cluster leaves alone.</summary>
public sealed class NodeTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [SkippableFact]
    public void A_standby_takes_over_when_the_coordinator_is_told_to_end_and_each_ends_well()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        int[] ports = FreePorts(2);
        using var first = Start(ports[0], "--role", "coordinator");
        Await(first, "coordinator_changed");
        using var second = Start(ports[1], "--role", "coordinator", "--join", $"127.0.0.1:{ports[0]}");
        Await(second, "coordinator_changed");

        first.Signal("TERM");

        Assert.Equal(0, first.WaitForExit().ExitCode);
        Assert.NotNull(second.WaitForLine(line => Rnnactors.IsEvent(line, "coordinator_changed") && Rnnactors.Json(line)["is_here"]!.GetValue<bool>()));
        second.Signal("INT");
        Assert.Equal(0, second.WaitForExit().ExitCode);
    }

    [SkippableTheory]
    [InlineData("attach")]
    [InlineData("logs")]
    public void Ctrl_C_ends_a_client_that_no_cluster_has_answered_yet(string command)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var client = Rnnactors.Start(_place.Path, null, command, "run", "--cluster", $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        using TcpClient heard = silent.AcceptTcpClient();

        client.Signal("INT");

        ProcessResult result = client.WaitForExit();
        Assert.Equal(130, result.ExitCode);
        Assert.DoesNotContain("not foreseen", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_data_directory_belongs_to_one_node_until_its_process_ends_however_it_does()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        using var first = Start(0, "--role", "coordinator", "--data", "data");
        Await(first, "node_listening");

        var refused = Rnnactors.Run(_place.Path, "node", "--role", "coordinator", "--port", "0", "--data", "data");
        first.Signal("KILL");
        first.WaitForExit();
        using var again = Start(0, "--role", "coordinator", "--data", "data");
        Await(again, "node_listening");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("is writing this folder. Wait for it, end it, or give this node another data directory.", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_come_from_the_file_then_from_variables_then_from_the_command_line()
    {
        File.WriteAllText(_place["appsettings.json"], """{ "RnnActors": { "Role": "worker", "Port": 70000, "Workers": 3 } }""");

        var byFile = Rnnactors.Run(_place.Path, "node");
        var byVariable = Rnnactors.Run(_place.Path, new Dictionary<string, string?> { ["RnnActors__Port"] = "70001" }, "node");
        var byCommandLine = Rnnactors.Run(_place.Path, new Dictionary<string, string?> { ["RnnActors__Port"] = "70001" }, "node", "--port", "70002");

        Assert.Equal([2, 2, 2], new[] { byFile, byVariable, byCommandLine }.Select(run => run.ExitCode));
        Assert.StartsWith("RnnActors:Port in appsettings.json is 70000", byFile.Error, StringComparison.Ordinal);
        Assert.StartsWith("RnnActors__Port in the environment is 70001", byVariable.Error, StringComparison.Ordinal);
        Assert.StartsWith("--port is 70002", byCommandLine.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "RnnActor": { "Port": 1 } }""", "Appsettings.json or the environment has a section RnnActor. Did you mean RnnActors?")]
    [InlineData("""{ "RnnActors": { "SuspectAftr": 3 } }""",
        "The configuration has no key RnnActors:SuspectAftr in appsettings.json. Did you mean SuspectAfter?")]
    [InlineData("""{ "RnnActors": { "SuspectAfter": "5m" } }""",
        "RnnActors:SuspectAfter in appsettings.json is '5m', but it must be seconds from 0.1 to 3600, or hours:minutes:seconds.")]
    public void A_settings_file_with_a_mistake_is_refused_with_its_place(string settings, string problem)
    {
        File.WriteAllText(_place["appsettings.json"], settings);

        var run = Rnnactors.Run(_place.Path, "node");

        Assert.Equal((2, problem), (run.ExitCode, run.Error.TrimEnd()));
    }

    [SkippableFact]
    public void A_client_that_is_told_to_end_while_no_coordinator_answers_ends()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        using var client = Rnnactors.Start(_place.Path, null, "train", Workplace.Forecast, "--json", "--no-plot", "--cluster", "127.0.0.1:1");
        Await(client, "start");

        client.Signal("TERM");

        var ended = client.WaitForExit();
        Assert.Equal(143, ended.ExitCode);
        Assert.Contains("\"event\":\"detached\"", ended.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_run_in_one_process_loads_nothing_of_the_cluster()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The loaded files are read from /proc.");
        using var run = Rnnactors.Start(_place.Path, null, "train", Workplace.Forecast, "--json", "--no-plot", "--set", "training.epochs=200");
        Await(run, "epoch");

        string[] loaded = run.LoadedFiles();

        Assert.Contains("Akka.dll", loaded);
        Assert.DoesNotContain(loaded,
            name => name.StartsWith("Akka.Remote", StringComparison.Ordinal) || name.StartsWith("Akka.Cluster", StringComparison.Ordinal));
        Assert.DoesNotContain("Microsoft.Extensions.Hosting.dll", loaded);
    }

    [SkippableFact]
    public async Task A_node_tells_its_health_and_its_metrics_over_http()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        using var client = new HttpClient();
        using var node = Start(0, "--role", "coordinator,worker", "--workers", "1", "--metrics", "0");
        string line = node.WaitForLine(line => Rnnactors.IsEvent(line, "endpoints_listening"))!;
        var address = new Uri(Rnnactors.Json(line)["address"]!.GetValue<string>());
        Assert.NotNull(node.WaitForLine(line => Rnnactors.IsEvent(line, "coordinator_changed") && Rnnactors.Json(line)["is_here"]!.GetValue<bool>()));

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(address, "health/live"))).StatusCode);
        using var ready = await client.GetAsync(new Uri(address, "health/ready"));
        Assert.Contains("rnnactors-coordinator", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("service_name=\"rnnactors\"", await client.GetStringAsync(new Uri(address, "metrics")), StringComparison.Ordinal);
        node.Signal("TERM");
        Assert.Equal(0, node.WaitForExit().ExitCode);
    }

    /// <summary>What a node does for a run, it tells its collector before it ends, whether or not it is asked to by an option of its own.</summary>
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_node_sends_its_spans_and_metrics_to_a_collector(bool byOption)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        using var collector = new Collector();
        var environment = byOption ? null : new Dictionary<string, string?> { ["RnnActors__Otlp"] = collector.Address };
        using var node = Rnnactors.Start(_place.Path, environment,
            ["node", "--json", "--port", "0", "--channel-port", "0", "--workers", "1", .. byOption ? ["--otlp", collector.Address] : (string[])[]]);
        string address = Rnnactors.Json(node.WaitForLine(line => Rnnactors.IsEvent(line, "node_listening"))!)["address"]!.GetValue<string>();
        Await(node, "coordinator_changed");
        Rnnactors.RunToDone(_place.Path, "train", Workplace.Forecast, "--no-plot", "--cluster", address);
        node.Signal("TERM");
        Assert.Equal(0, node.WaitForExit().ExitCode);

        string traces = collector.TextOf("/v1/traces");
        foreach (string span in (string[])["run", "step", "compute shards", "update parameters", "write checkpoint", "wait in queue", "receive file"])
            Assert.Contains($"{(char)span.Length}{span}", traces, StringComparison.Ordinal);
        Assert.Contains("rnnactors.step.duration", collector.TextOf("/v1/metrics"), StringComparison.Ordinal);
    }

    private static void Await(ProcessRun run, string name) => Assert.NotNull(run.WaitForLine(line => Rnnactors.IsEvent(line, name)));

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }

    private ProcessRun Start(int port, params string[] options) =>
        Rnnactors.Start(_place.Path, null, ["node", "--json", "--port", $"{port}", "--channel-port", "0", .. options]);
}

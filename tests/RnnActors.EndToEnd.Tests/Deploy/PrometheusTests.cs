using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary><c>deploy/monitoring</c> in the hands of a real Prometheus, where it is installed.</summary>
public sealed class PrometheusTests : IDisposable
{
    private static readonly string Folder = Path.Combine(DocumentFolder.Repository, "deploy", "monitoring");

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [SkippableFact]
    public void Promtool_finds_nothing_wrong_with_rules_and_settings()
    {
        string promtool = Find("promtool");
        foreach (string[] check in (string[][])[["check", "rules", "alerts.yaml"], ["check", "config", "prometheus.yaml"]])
        {
            var checkedFile = ProcessRun.Start(promtool, check, Folder).WaitForExit();
            Assert.True(checkedFile.ExitCode == 0, checkedFile.ToString());
            Assert.Contains("9 rules found", checkedFile.Output + checkedFile.Error, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task Prometheus_scrapes_a_node_and_evaluates_every_rule()
    {
        string prometheus = Find("prometheus");
        using var node = Rnnactors.Start(_place.Path, null, "node", "--json", "--port", "0", "--channel-port", "0", "--workers", "1", "--metrics", "0");
        var metrics = new Uri(Rnnactors.Json(node.WaitForLine(line => Rnnactors.IsEvent(line, "endpoints_listening"))!)["address"]!.GetValue<string>());
        string address = Rnnactors.Json(node.WaitForLine(line => Rnnactors.IsEvent(line, "node_listening"))!)["address"]!.GetValue<string>();
        Assert.NotNull(node.WaitForLine(line => Rnnactors.IsEvent(line, "coordinator_changed")));
        string settings = File.ReadAllText(Path.Combine(Folder, "prometheus.yaml"))
            .Replace("127.0.0.1:9464", metrics.Authority, StringComparison.Ordinal)
            .Replace("scrape_interval: 15s", "scrape_interval: 1s", StringComparison.Ordinal);
        File.WriteAllText(_place["prometheus.yaml"], settings + "global: { evaluation_interval: 1s }\n");
        File.Copy(Path.Combine(Folder, "alerts.yaml"), _place["alerts.yaml"]);
        int port = FreePort();
        using var server = ProcessRun.Start(prometheus,
            ["--config.file=prometheus.yaml", "--storage.tsdb.path=tsdb", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], _place.Path);
        var trained = Rnnactors.Run(_place.Path, "train", Workplace.Forecast, "--json", "--no-plot", "--cluster", address);
        Assert.True(trained.ExitCode == 0, trained.ToString());

        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") };
        Assert.Equal("1", ValueOf(await AwaitAsync(client, "query?query=up{job='rnnactors'}", found => ValueOf(found) == "1")));
        long steps = Rnnactors.Json(trained.Output.TrimEnd().Split('\n')[^1])["steps"]!.GetValue<long>();
        await AwaitAsync(client, "query?query=rnnactors_steps_total", found => ValueOf(found) == $"{steps}");
        await AwaitAsync(client, "query?query=rnnactors_step_duration_seconds_count", found => ValueOf(found) is not null);
        var rules = await AwaitAsync(client, "rules",
            found => Rules(found).Count() == 9 && Rules(found).All(rule => (string)rule["health"]! == "ok"));
        Assert.All(Rules(rules), rule => Assert.Null(rule["lastError"]));
        node.Signal("TERM");
        Assert.Equal(0, node.WaitForExit().ExitCode);
        await AwaitAsync(client, "query?query=up{job='rnnactors'}", found => ValueOf(found) == "0");
        await AwaitAsync(client, "rules",
            found => Rules(found).Any(rule => (string)rule["name"]! == "RnnActorsNodeDown" && (string)rule["state"]! == "pending"));
        server.Signal("TERM");
        server.WaitForExit();
    }

    private static string? ValueOf(JsonNode answer) => answer["data"]!["result"]!.AsArray() is [{ } sample, ..] ? (string?)sample["value"]![1] : null;

    private static IEnumerable<JsonNode> Rules(JsonNode answer) => answer["data"]!["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray())!;

    /// <summary>Asks Prometheus, which scrapes by its own clock, until it knows.</summary>
    private static async Task<JsonNode> AwaitAsync(HttpClient client, string question, Predicate<JsonNode> isKnown)
    {
        long began = Stopwatch.GetTimestamp();
        string said = "";
        while (Stopwatch.GetElapsedTime(began) < ProcessRun.Patience)
        {
            try
            {
                said = await client.GetStringAsync(new Uri(question, UriKind.Relative));
                var answer = JsonNode.Parse(said)!;
                if (isKnown(answer)) return answer;
            }
            catch (HttpRequestException error)
            {
                said = error.Message; // it does not listen yet
            }

            await Task.Delay(PollInterval);
        }

        throw new TimeoutException($"{question}: {said}");
    }

    private static string Find(string program)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
        Skip.If(path is null, $"{program} is not installed.");
        return path!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Tests.Pages;

/// <summary>Puts frames together, as the page's script does.</summary>
internal sealed class PageReader
{
    private readonly Dictionary<string, (List<double> At, List<double> Values, List<double> Lowest, List<double> Highest)> _curves = [];

    public List<JsonObject> Frames { get; } = [];

    public JsonObject? End => Frames.Count > 0 ? Frames[^1]["end"]?.AsObject() : null;

    public IEnumerable<string> Curves => _curves.Keys;

    /// <summary>The cluster's nodes by their names.</summary>
    public Dictionary<string, JsonNode> Nodes { get; } = [];

    /// <summary>The run's machines by name and first step.</summary>
    public Dictionary<(string, long), JsonNode> Machines { get; } = [];

    public void Take(string json)
    {
        var frame = JsonNode.Parse(json)!.AsObject();
        Frames.Add(frame);
        if ((bool)frame["isWhole"]!)
        {
            _curves.Clear();
            Nodes.Clear();
            Machines.Clear();
        }

        foreach (var machine in frame["machines"]?.AsArray() ?? []) Machines[((string)machine!["name"]!, (long)machine["fromStep"]!)] = machine;
        if (frame["cluster"] is { } cluster)
        {
            if ((bool)cluster["isWhole"]!) Nodes.Clear();
            foreach (var node in cluster["nodes"]!.AsArray()) Nodes[(string)node!["name"]!] = node;
            foreach (var gone in cluster["gone"]!.AsArray()) Nodes.Remove((string)gone!);
        }

        foreach (var part in frame["curves"]?.AsArray() ?? [])
        {
            string key = (string)part!["key"]!;
            int from = (int)part["from"]!;
            if (!_curves.TryGetValue(key, out var curve)) _curves[key] = curve = ([], [], [], []);
            double[] values = Read(part["values"]);
            Replace(curve.At, from, Read(part["at"]));
            Replace(curve.Values, from, values);
            Replace(curve.Lowest, from, part["lowest"] is { } low ? Read(low) : values);
            Replace(curve.Highest, from, part["highest"] is { } high ? Read(high) : values);
        }
    }

    /// <summary>Reads a stream of events to its end.</summary>
    /// <param name="max">How many frames to read before the reader goes away; null for all.</param>
    public async Task ReadAsync(HttpClient client, Uri page, int? max = null, string? lastEvent = null, Action<JsonObject>? seen = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(page, "events"));
        if (lastEvent is not null) request.Headers.Add("Last-Event-ID", lastEvent);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            if (item.EventType != "frame") continue;
            Take(item.Data);
            seen?.Invoke(Frames[^1]);
            if (--max == 0) return;
        }
    }

    public void AssertShows(StoryCurve curve)
    {
        var (at, values, lowest, highest) = _curves[curve.Key];
        Xunit.Assert.Equal(curve.At, at);
        Xunit.Assert.Equal(curve.Values, values);
        Xunit.Assert.Equal(curve.Lowest, lowest);
        Xunit.Assert.Equal(curve.Highest, highest);
    }

    private static double[] Read(JsonNode? values) => [.. values!.AsArray().Select(value => (double)value!)];

    private static void Replace(List<double> all, int from, double[] values)
    {
        all.RemoveRange(from, all.Count - from);
        all.AddRange(values);
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>One who looks at a node's page: what it was sent last of each kind.</summary>
internal sealed class PageStream(HttpClient client, Uri page)
{
    private readonly Dictionary<string, JsonNode> _seen = [];

    /// <summary>Looks until it shows what is wanted.</summary>
    /// <param name="wanted">Told of the newest <c>phase</c>, <c>head</c>, <c>status</c>, <c>cluster</c>, <c>curves</c>, <c>end</c> there are.</param>
    /// <exception cref="TimeoutException">It does not come.</exception>
    public void Await(Predicate<IReadOnlyDictionary<string, JsonNode>> wanted)
    {
        long began = Stopwatch.GetTimestamp();
        using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, new Uri(page, "events")), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(answer.EnsureSuccessStatusCode().Content.ReadAsStream());
        while (lines.ReadLine() is { } line && Stopwatch.GetElapsedTime(began) < ProcessRun.Patience)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal)) continue;
            Take(Rnnactors.Json(line["data: ".Length..]));
            if (wanted(_seen)) return;
        }

        throw new TimeoutException($"{page} does not show it. Seen last: {string.Join(", ", _seen.Select(one => $"{one.Key}: {one.Value.ToJsonString()}"))}");
    }

    private void Take(JsonObject frame)
    {
        if (frame["isWhole"]!.GetValue<bool>()) _seen.Clear();
        foreach ((string name, JsonNode? value) in frame)
            if (value is not null) _seen[name] = value;
    }
}

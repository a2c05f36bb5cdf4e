using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Metrics;

namespace RnnActors.Cli.Display;

/// <summary>Writes one JSON object a line. Infinity and NaN become null, since JSON lacks them.</summary>
internal sealed class JsonLineWriter(TextWriter output)
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(string name, params IEnumerable<(string Key, object? Value)> members)
    {
        var line = new JsonObject { ["event"] = name };
        foreach ((string key, object? value) in members) line[key] = Node(value);
        output.WriteLine(line.ToJsonString(Options));
        output.Flush();
    }

    public static JsonNode? Node(object? value) => value switch
    {
        null => null,
        JsonNode node => node,
        double number => double.IsFinite(number) ? JsonValue.Create(number) : null,
        float number => float.IsFinite(number) ? JsonValue.Create((double)number) : null,
        MetricList metrics => new JsonObject(metrics.Select(metric => KeyValuePair.Create(metric.Key, Node(metric.Value)))),
        string text => JsonValue.Create(text),
        IEnumerable all => new JsonArray([.. all.Cast<object?>().Select(Node)]),
        _ => JsonSerializer.SerializeToNode(value, Options),
    };
}

using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary>YAML as JSON: anchors and merges are resolved, every value that is no list and no mapping is a text.</summary>
internal static class YamlText
{
    /// <summary>The documents of a file, which <c>---</c> separates.</summary>
    public static IReadOnlyList<JsonObject> ReadAll(string path)
    {
        using var text = File.OpenText(path);
        var parser = new MergingParser(new Parser(text));
        var deserializer = new Deserializer();
        List<JsonObject> documents = [];
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _)) documents.Add(Node(deserializer.Deserialize(parser))!.AsObject());
        return documents;
    }

    public static string Text(this JsonNode? node) => node!.GetValue<string>();

    public static IEnumerable<string> Texts(this JsonNode? node) => node?.AsArray().Select(item => item.Text()) ?? [];

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        IDictionary<object, object> mapping => new JsonObject(mapping.Select(entry => KeyValuePair.Create((string)entry.Key, Node(entry.Value)))),
        IEnumerable<object> list => new JsonArray([.. list.Select(Node)]),
        _ => JsonSerializer.SerializeToNode((string)value),
    };
}

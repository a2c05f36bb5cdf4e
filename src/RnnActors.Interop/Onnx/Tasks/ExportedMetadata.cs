using System.Text.Encodings.Web;
using System.Text.Json;
using RnnActors.Interop.Onnx.Files;

namespace RnnActors.Interop.Onnx.Tasks;

/// <summary>The metadata of a file, as strings and JSON arrays.</summary>
internal static class ExportedMetadata
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="more">Further properties of this kind of graph.</param>
    public static Dictionary<string, string> Of(ExportedModel exported, params (string Key, IReadOnlyList<string> Values)[] more)
    {
        Dictionary<string, string> all = new(exported.Metadata);
        foreach ((string key, string value) in exported.Task.Metadata) all[key] = value;
        foreach ((string key, IReadOnlyList<string> values) in more)
            if (values.Count > 0) all[key] = JsonSerializer.Serialize(values, Plain);
        return all;
    }
}

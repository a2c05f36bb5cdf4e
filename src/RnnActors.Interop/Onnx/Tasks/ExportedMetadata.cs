using System.Text.Encodings.Web;
using System.Text.Json;
using RnnActors.Interop.Onnx.Files;

namespace RnnActors.Interop.Onnx.Tasks;

/// <summary>Properties of a file, as texts and JSON arrays.</summary>
internal static class ExportedMetadata
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="more">What the graph adds.</param>
    public static Dictionary<string, string> Of(ExportedModel exported, params (string Key, IReadOnlyList<string> Values)[] more)
    {
        Dictionary<string, string> all = new(exported.Metadata);
        foreach ((string key, string value) in exported.Task.Metadata) all[key] = value;
        foreach ((string key, IReadOnlyList<string> values) in more)
            if (values.Count > 0) all[key] = JsonSerializer.Serialize(values, Plain);
        return all;
    }
}

using System.Text.Json.Nodes;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>Flattens a specification to MLflow parameters, keyed by path as in <c>--set</c>.</summary>
internal static class MlflowParameters
{
    /// <summary>Limits that every version of the server accepts.</summary>
    public const int LongestKey = 250, LongestValue = 500;

    public static IReadOnlyList<KeyValuePair<string, string>> Of(string specification)
    {
        Dictionary<string, string> parameters = [];
        if (specification.Length > 0) Add("", JsonNode.Parse(specification), parameters);
        return [.. parameters];
    }

    /// <summary>A valid key: letters, digits and a few other characters are allowed.</summary>
    public static string KeyOf(string text)
    {
        string key = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or '/' ? c : '_'));
        return key.Length <= LongestKey ? key : key[..LongestKey];
    }

    private static void Add(string path, JsonNode? node, Dictionary<string, string> parameters)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                foreach ((string name, JsonNode? value) in members) Add(path.Length == 0 ? name : $"{path}.{name}", value, parameters);
                break;
            case JsonArray { Count: > 0 } items when items.Any(item => item is JsonObject or JsonArray):
                for (int i = 0; i < items.Count; i++) Add($"{path}.{i}", items[i], parameters);
                break;
            default:
                string text = node is null ? "null" : node is JsonValue value1 && value1.TryGetValue(out string? plain) ? plain : node.ToJsonString();
                parameters.TryAdd(KeyOf(path), text.Length <= LongestValue ? text : text[..(LongestValue - 1)] + "…");
                break;
        }
    }
}

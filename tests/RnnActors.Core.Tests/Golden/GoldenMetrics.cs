using System.Text.Json;
using Xunit;

namespace RnnActors.Core.Tests.Golden;

/// <summary>Reference cases of metrics and of decoding: JSON files in <c>metrics</c> and
/// <c>decoding</c> of the folder that <see cref="GoldenTask.FolderVariable"/> names.</summary>
internal static class GoldenMetrics
{
    /// <summary>The cases of a file of <c>metrics</c>, by its name without its ending. The test is skipped where there is no folder.</summary>
    public static IEnumerable<JsonElement> Cases(string name) => Read($"metrics/{name}.json").GetProperty("cases").EnumerateArray();

    /// <summary>A file, by its path in the folder.</summary>
    public static JsonElement Read(string path)
    {
        string? folder = Environment.GetEnvironmentVariable(GoldenTask.FolderVariable);
        Skip.If(string.IsNullOrEmpty(folder), $"{GoldenTask.FolderVariable} is not set.");
        return JsonDocument.Parse(File.ReadAllText(Path.Combine(folder!, path))).RootElement;
    }

    public static long Whole(this JsonElement element, string name) => element.GetProperty(name).GetInt64();

    public static string[] Texts(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];

    public static int[] Integers(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];
}

using System.Text.Json;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;

namespace RnnActors.Cli.Benchmarks;

/// <summary>A result of another program, or of this one at another time.</summary>
/// <param name="Peer">The program's name.</param>
internal sealed record OtherResult(string Peer, string Mode, int Threads, string Workload, double TokensPerSecond)
{
    private const int LongestName = 40, LongestLine = 10_000, MaxThreads = 1 << 20;
    private const string Remedy = "Give a file of JSON lines such as bench --json prints";

    /// <summary>
    /// Reads JSON lines with <c>workload</c>, <c>threads</c> and <c>tokens_per_s</c>, optionally <c>mode</c> (default <c>train</c>) and <c>peer</c>. Empty
    /// lines, and our own lines that are not results, are skipped.
    /// </summary>
    /// <exception cref="InvalidInputException">The file cannot be read, or a line is something else.</exception>
    public static IReadOnlyList<OtherResult> ReadAll(string path)
    {
        if (!File.Exists(path)) throw MissingPath.Refuse(path, "there is no such file");
        List<OtherResult> results = [];
        try
        {
            long number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line) && Read(line, new SourceLocation(path, number)) is { } result) results.Add(result);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the file cannot be read: {e.Message.TrimEnd('.')}", null, new SourceLocation(path), e);
        }

        return results.Count > 0 ? results : throw new InvalidInputException("there is no result in this file", Remedy, new SourceLocation(path));
    }

    /// <summary>The result in a line; null for our own lines that are not results.</summary>
    private static OtherResult? Read(string line, SourceLocation at)
    {
        if (line.Length > LongestLine) throw new InvalidInputException("this line is too long to be a result", Remedy, at);
        try
        {
            using var document = JsonDocument.Parse(line);
            var result = document.RootElement;
            if (result.ValueKind != JsonValueKind.Object) throw new InvalidInputException("this line is not a JSON object", Remedy, at);
            if (result.TryGetProperty("event", out var name) && !(name.ValueKind == JsonValueKind.String && name.ValueEquals(BenchReport.Measured)))
                return null;
            return new OtherResult(
                Text(result, "peer", "theirs", at), Text(result, "mode", "train", at), ThreadsOf(result, at),
                Text(result, "workload", null, at), Number(result, "tokens_per_s", 1e-9, 1e18, at));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text in it is not valid Unicode.
            throw new InvalidInputException("this line is not JSON", Remedy, at, e);
        }
    }

    private static string Text(JsonElement result, string key, string? standard, SourceLocation at)
    {
        if (!result.TryGetProperty(key, out var value)) return standard ?? throw new InvalidInputException($"this line has no \"{key}\"", Remedy, at);
        if (value.ValueKind != JsonValueKind.String) throw new InvalidInputException($"\"{key}\" is not a text", Remedy, at);
        string text = value.GetString()!;
        return text.Length is > 0 and <= LongestName && !text.Any(char.IsControl) ? text : throw new InvalidInputException(
            $"\"{key}\" is not a name: it must have 1 to {LongestName} printable characters", Remedy, at);
    }

    private static int ThreadsOf(JsonElement result, SourceLocation at)
    {
        double number = Number(result, "threads", 1, MaxThreads, at);
        return number == Math.Floor(number) ? (int)number : throw new InvalidInputException($"\"threads\" is {number}, which is no whole number", Remedy, at);
    }

    private static double Number(JsonElement result, string key, double min, double max, SourceLocation at)
    {
        if (!result.TryGetProperty(key, out var value)) throw new InvalidInputException($"this line has no \"{key}\"", Remedy, at);
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number))
            throw new InvalidInputException($"\"{key}\" is not a number", Remedy, at);
        return number >= min && number <= max ? number : throw new InvalidInputException($"\"{key}\" is {number}, which cannot be", Remedy, at);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Training;

namespace RnnActors.Training.Arrangement;

/// <summary>
/// What was measured on this machine, in a small JSON file. It is a convenience: if anything is wrong with the file or its folder, nothing is found or kept,
/// and nothing is reported.
/// </summary>
internal sealed class ArrangementCache(string path)
{
    /// <summary>A larger file is not one of ours, and is not read.</summary>
    internal const int MaxBytes = 256 * 1024;

    /// <summary>The oldest choices go first.</summary>
    internal const int MaxEntries = 200;

    /// <summary>The cache of the present user; null where the system has no folder for it.</summary>
    public static ArrangementCache? OfUser()
    {
        string? folder = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathFullyQualified(folder ?? ""))
        {
            folder = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home
                    ? Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache")
                    : "";
        }

        return folder is { Length: > 0 } ? new ArrangementCache(Path.Combine(folder, "rnnactors", "thread-arrangements.json")) : null;
    }

    /// <summary>The choice kept for a key; null for none. The caller checks that it fits the present threads.</summary>
    public WorkerTeams? Find(string key)
    {
        try
        {
            return Read()[key] is JsonArray { Count: 2 } pair && pair[0] is { } workers && pair[1] is { } each
                ? new WorkerTeams(workers.GetValue<int>(), each.GetValue<int>())
                : null;
        }
        catch (Exception error) when (IsHarmless(error))
        {
            return null;
        }
    }

    public void Keep(string key, WorkerTeams teams)
    {
        string? temporary = null;
        try
        {
            var entries = ReadOrEmpty();
            entries.Remove(key);
            while (entries.Count >= MaxEntries) entries.RemoveAt(0);
            entries.Add(key, new JsonArray(teams.Workers, teams.ThreadsOfEach));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            temporary = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllText(temporary, entries.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (IsHarmless(error))
        {
            if (temporary is not null) Remove(temporary);
        }
    }

    private static bool IsHarmless(Exception error) =>
        error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or ArgumentException
            or NotSupportedException;

    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (IsHarmless(error))
        {
            // Nothing more can be done.
        }
    }

    private JsonObject ReadOrEmpty()
    {
        try
        {
            return Read();
        }
        catch (Exception error) when (IsHarmless(error))
        {
            return [];
        }
    }

    /// <summary>Reads nothing of unknown length, such as a pipe, which might never end.</summary>
    private JsonObject Read()
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 and <= MaxBytes }) return [];
        using var file = File.OpenRead(path);
        byte[] bytes = new byte[MaxBytes];
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var entries = JsonNode.Parse(bytes.AsSpan(0, read)) as JsonObject ?? [];
        _ = entries.Count; // throws where a key stands twice, which parsing leaves for later
        return entries;
    }
}

using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;

namespace RnnActors.Tests;

/// <summary>Damaged checkpoints whose hashes are right all the same: whoever changes a file may make them anew.</summary>
internal static class Rehashed
{
    private static readonly string[] Own = ["header_xxh128", "payload_xxh128", "format_version", "step"];

    /// <summary>Writes a damaged file again with hashes of what it holds, where it is a safetensors file at all.</summary>
    public static void Write(string path)
    {
        try
        {
            SafetensorsFile file = SafetensorsFile.Read(path);
            _ = long.TryParse(file.Metadata.GetValueOrDefault("step"), out long step);
            using MemoryStream stream = new();
            CheckpointFile.Write(stream, Math.Max(0, step), file.Tensors, file.Metadata.Where(pair => !Own.Contains(pair.Key)));
            File.WriteAllBytes(path, stream.ToArray());
        }
        catch (Exception e) when (e is InvalidInputException or ArgumentException)
        {
        }
    }
}

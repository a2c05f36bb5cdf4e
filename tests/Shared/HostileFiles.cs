using System.Globalization;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using Xunit.Abstractions;

namespace RnnActors.Tests;

/// <summary>
/// The law of all readers: damaged bytes are read or refused. Never another exception than <see cref="InvalidInputException"/>, whose message names the
/// file; never more memory than the file can need; nothing written beside it. The seed is printed;
/// <c>RNNACTORS_HOSTILE_INPUTS</c> sets how many inputs each format gets.
/// </summary>
internal static class HostileFiles
{
    /// <summary>Allocated whatever the input is: the JIT, tables of a codec.</summary>
    private const long Base = 48L << 20;

    /// <summary>Writes a damaged file again with hashes of what it holds, where it is a safetensors file at all.</summary>
    public static void Rehash(string path)
    {
        try
        {
            SafetensorsFile file = SafetensorsFile.Read(path);
            string[] own = ["header_xxh128", "payload_xxh128", "format_version", "step"];
            _ = long.TryParse(file.Metadata.GetValueOrDefault("step"), out long step);
            using MemoryStream stream = new();
            CheckpointFile.Write(stream, Math.Max(0, step), file.Tensors, file.Metadata.Where(pair => !own.Contains(pair.Key)));
            File.WriteAllBytes(path, stream.ToArray());
        }
        catch (Exception e) when (e is InvalidInputException or ArgumentException)
        {
        }
    }

    /// <param name="name">The file's name, with the extension that readers go by.</param>
    /// <param name="valid">Files that are read.</param>
    /// <param name="read">Reads a path.</param>
    /// <param name="inputs">How many of them, unless the variable says otherwise.</param>
    /// <param name="perByte">What a byte of the input may cost in memory.</param>
    public static void Check(ITestOutputHelper log, string name, IReadOnlyList<byte[]> valid, Action<string> read, int inputs = 200, int perByte = 2000)
    {
        string root = Directory.CreateTempSubdirectory("rnnactors-hostile-").FullName, folder = Directory.CreateDirectory(Path.Combine(root, "in")).FullName,
            path = Path.Combine(folder, name);
        int refused = 0;
        try
        {
            foreach (byte[] bytes in valid)
            {
                File.WriteAllBytes(path, bytes);
                read(path);
            }

            int seed = (int)(Variable("RNNACTORS_SEED") ?? 1), count = (int)(Variable("RNNACTORS_HOSTILE_INPUTS") ?? inputs);
            log.WriteLine($"seed {seed}: RNNACTORS_SEED={seed} repeats it");
            for (int input = 0; input < count; input++)
            {
                byte[] bytes = HostileBytes.Mutate(new Random(HashCode(seed, input)), valid);
                File.WriteAllBytes(path, bytes);
                if (Try(path, bytes) is { } problem)
                    throw new Xunit.Sdk.XunitException($"seed {seed}, input {input} of {bytes.Length} bytes, {Kept(bytes, name)}: {problem}");
                if (Directory.GetFileSystemEntries(root).Length != 1 || Directory.GetFileSystemEntries(folder).Length != 1)
                {
                    string written = string.Join(", ", Directory.GetFileSystemEntries(root, "*", SearchOption.AllDirectories));
                    throw new Xunit.Sdk.XunitException($"seed {seed}, input {input}, {Kept(bytes, name)}: something was written: {written}");
                }
            }

            log.WriteLine($"{count} inputs, {refused} refused");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        string? Try(string at, byte[] bytes)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), most = Base + ((long)bytes.Length * perByte);
            try
            {
                read(at);
            }
            catch (InvalidInputException refusal)
            {
                refused++;
                if (!refusal.Message.Contains(name, StringComparison.Ordinal)) return $"the refusal does not name the file: {refusal.Message}";
            }
            catch (Exception other)
            {
                return $"{other}";
            }

            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            return taken > most ? $"{taken} bytes were allocated" : null;
        }
    }

    private static int HashCode(int seed, int input) => unchecked((seed * 7919) + input);

    /// <summary>The input, where somebody can look at it.</summary>
    private static string Kept(byte[] bytes, string name)
    {
        string path = Path.Combine(Path.GetTempPath(), $"rnnactors-hostile-{Guid.NewGuid():N}-{name}");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static double? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}

using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace RnnActors.EndToEnd.Tests.Processes;

/// <summary>The program once more, as its next version: the same code, whose assembly bears another number.</summary>
internal static class NextBuild
{
    public const string Version = "99.1.0";

    private const string Versioned = "RnnActors.Training.dll";

    /// <summary>Copies the program into a folder.</summary>
    /// <returns>The path of the copy's <c>rnnactors.dll</c>.</returns>
    public static string Create(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        string runtimes = Path.Combine(AppContext.BaseDirectory, "runtimes");
        foreach (string file in Directory.Exists(runtimes) ? Directory.EnumerateFiles(runtimes, "*", SearchOption.AllDirectories) : [])
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Renumber(Path.Combine(folder, Versioned));
        return Path.Combine(folder, Path.GetFileName(Rnnactors.Library));
    }

    /// <summary>Writes the version into the assembly's row of its metadata (ECMA-335, II.22.2): a hash algorithm of 4 bytes, then four numbers of 2.</summary>
    private static void Renumber(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int row;
        using (var assembly = new PEReader(new MemoryStream(bytes)))
            row = assembly.PEHeaders.MetadataStartOffset + assembly.GetMetadataReader().GetTableMetadataOffset(TableIndex.Assembly);
        ushort[] numbers = [.. Version.Split('.').Select(ushort.Parse), 0];
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(row + 4 + (2 * i)), numbers[i]);
        File.WriteAllBytes(path, bytes);
    }
}

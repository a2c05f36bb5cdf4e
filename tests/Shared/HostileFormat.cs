namespace RnnActors.Tests;

/// <summary>A format that is read: how, and files of it that are whole. Tests damage them, and so does the fuzz program.</summary>
/// <param name="Name">In words that are joined by hyphens.</param>
/// <param name="File">The file's name, with the extension that readers go by.</param>
/// <param name="Valid">Makes files that are read.</param>
/// <param name="Read">Reads a path.</param>
internal sealed record HostileFormat(string Name, string File, Func<IReadOnlyList<byte[]>> Valid, Action<string> Read)
{
    /// <summary>How many damaged files a test reads, unless it is told otherwise.</summary>
    public int Inputs { get; init; } = 200;

    /// <summary>What a byte of the input may cost in memory.</summary>
    public int PerByte { get; init; } = 2000;

    public override string ToString() => Name;

    public static HostileFormat Find(IEnumerable<HostileFormat> formats, string name) => formats.Single(format => format.Name == name);
}

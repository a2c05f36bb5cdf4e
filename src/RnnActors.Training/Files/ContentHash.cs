using System.Globalization;
using System.IO.Hashing;
using RnnActors.Core.Checkpoints;

namespace RnnActors.Training.Files;

/// <summary>The XxHash128 of a file's bytes, or of a job, used as its name. Prints as 32 lower-case hexadecimal digits.</summary>
public readonly record struct ContentHash(UInt128 Value)
{
    /// <summary>Bytes on the wire.</summary>
    internal const int Size = 16;

    /// <exception cref="FormatException">The text is not 32 hexadecimal digits.</exception>
    public static ContentHash Parse(string text) => TryParse(text, out ContentHash hash)
        ? hash
        : throw new FormatException($"'{text}' is not a hash of 32 hexadecimal digits.");

    public static bool TryParse(string text, out ContentHash hash)
    {
        bool isHash = UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value) && text.Length == 2 * Size;
        hash = new ContentHash(value);
        return isHash;
    }

    /// <summary>The hash of a file's bytes.</summary>
    /// <param name="disk">Null for this machine's.</param>
    public static ContentHash OfFile(string path, IDisk? disk = null)
    {
        using Stream file = (disk ?? LocalDisk.Instance).Open(path);
        XxHash128 hash = new();
        hash.Append(file);
        return new ContentHash(hash.GetCurrentHashAsUInt128());
    }

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}

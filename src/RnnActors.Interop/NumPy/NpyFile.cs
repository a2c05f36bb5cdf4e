using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using RnnActors.Core.Problems;

namespace RnnActors.Interop.NumPy;

/// <summary>
/// NumPy's .npy format, versions 1 to 3 (NEP 1): a magic, a header in Python's notation, the values. Files are read as hostile: nothing is allocated before its
/// length is known to lie inside the file.
/// </summary>
public static partial class NpyFile
{
    private const int Alignment = 64, MaxHeaderBytes = 1 << 16, MaxDimensions = 32;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <exception cref="InvalidInputException">The file cannot be read, or is no whole .npy file of numbers or texts.</exception>
    public static NumPyArray Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Read(stream, stream.Length, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InvalidInputException($"the file cannot be read: {e.Message.TrimEnd('.')}", where: new SourceLocation(path), cause: e);
        }
    }

    /// <param name="length">Bytes of the stream.</param>
    /// <param name="path">Names it in messages.</param>
    /// <exception cref="InvalidInputException">It is no whole .npy file of numbers or texts.</exception>
    public static NumPyArray Read(Stream stream, long length, string path)
    {
        byte[] start = Take(stream, 10, path);
        if (!start.AsSpan().StartsWith(Magic)) throw Malformed(path, "it does not begin as one");
        if (start[6] is < 1 or > 3) throw Malformed(path, $"it is of version {start[6]}, and 1 to 3 are read");
        bool isLong = start[6] > 1;
        byte[] more = isLong ? Take(stream, 2, path) : [];
        long headerLength = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8)) + (isLong ? (long)BinaryPrimitives.ReadUInt16LittleEndian(more) << 16 : 0);
        if (headerLength > MaxHeaderBytes) throw Malformed(path, $"its header has {headerLength} bytes");
        string header = Encoding.Latin1.GetString(Take(stream, (int)headerLength, path));
        Match match = Header().Match(header);
        if (!match.Success) throw Malformed(path, "its header is not what NumPy writes");
        NumPyType type = NumPyType.Parse(match.Groups["type"].Value, path);
        long[] shape = Shape(match.Groups["shape"].Value, path);
        long bytes = type.Bytes;
        foreach (long extent in shape)
            bytes = extent > 0 && bytes > long.MaxValue / extent ? throw Malformed(path, "its shape is larger than any file") : bytes * extent;
        long there = length - start.Length - more.Length - headerLength;
        if (bytes != there) throw Malformed(path, $"its shape asks for {bytes} bytes of values, and {there} follow");
        if (bytes > Array.MaxLength) throw Malformed(path, "it is larger than 2 GB");
        byte[] values = Take(stream, (int)bytes, path);
        return new NumPyArray(type, shape, match.Groups["fortran"].Value == "True" && shape.Length > 1 ? RowByRow(values, type.Bytes, shape) : values);
    }

    /// <summary>Writes version 1.</summary>
    public static void Write(Stream stream, NumPyArray array)
    {
        string shape = array.Shape.Count == 1 ? $"({array.Shape[0]},)" : $"({string.Join(", ", array.Shape)})";
        string order = array.Type.Bytes == 1 ? "|" : "<";
        string header = string.Create(CultureInfo.InvariantCulture,
            $"{{'descr': '{order}{array.Type.Kind}{array.Type.Size}', 'fortran_order': False, 'shape': {shape}, }}");
        int length = (Magic.Length + 4 + header.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] start = new byte[length];
        Magic.CopyTo(start);
        start[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(start.AsSpan(8), (ushort)(length - 10));
        start.AsSpan(10).Fill((byte)' ');
        Encoding.Latin1.GetBytes(header, start.AsSpan(10));
        start[^1] = (byte)'\n';
        stream.Write(start);
        stream.Write(array.Bytes);
    }

    private static long[] Shape(string text, string path)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length > MaxDimensions) throw Malformed(path, $"it has {parts.Length} dimensions");
        return [.. parts.Select(part => long.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long extent)
            ? extent
            : throw Malformed(path, $"'{(part.Length > 20 ? part[..20] : part)}' is no extent"))];
    }

    /// <summary>Values that lie column by column, row by row.</summary>
    private static byte[] RowByRow(byte[] values, int size, long[] shape)
    {
        byte[] ordered = new byte[values.Length];
        long[] place = new long[shape.Length], strides = new long[shape.Length];
        strides[0] = 1;
        for (int i = 1; i < shape.Length; i++) strides[i] = strides[i - 1] * shape[i - 1];
        for (int to = 0; to < ordered.Length; to += size)
        {
            long from = 0;
            for (int i = 0; i < place.Length; i++) from += place[i] * strides[i];
            values.AsSpan((int)from * size, size).CopyTo(ordered.AsSpan(to));
            for (int i = place.Length - 1; i >= 0 && ++place[i] == shape[i]; i--) place[i] = 0;
        }

        return ordered;
    }

    private static byte[] Take(Stream stream, int count, string path)
    {
        byte[] bytes = new byte[count];
        try
        {
            return stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count ? bytes : throw Malformed(path, "it ends too early");
        }
        catch (InvalidDataException problem)
        {
            throw Malformed(path, problem.Message.TrimEnd('.'), problem);
        }
    }

    internal static InvalidInputException Malformed(string path, string problem, Exception? cause = null) =>
        new($"this is not a whole NumPy file: {problem}", "It may be truncated, damaged, or of another kind", new SourceLocation(path), cause);

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']{1,40})', 'fortran_order': (?<fortran>True|False), 'shape': \((?<shape>[0-9, L]*)\),? ?\} *\n?$",
        RegexOptions.NonBacktracking)]
    private static partial Regex Header();
}

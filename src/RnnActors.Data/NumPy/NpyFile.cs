using System.Buffers.Binary;
using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Data.NumPy;

/// <summary>
/// NumPy's .npy format, versions 1 to 3 (NEP 1): a magic number, a header in Python's notation, the values. Files are not trusted: nothing is allocated before
/// its length is known to lie within the file.
/// </summary>
public static class NpyFile
{
    private const int Alignment = 64, MaxHeaderBytes = 1 << 20, MaxColumns = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Whether bytes are the beginning of a .npy file.</summary>
    internal static bool IsNpy(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <exception cref="InvalidInputException">The file cannot be read, or is not a complete .npy file of numbers, texts or times.</exception>
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

    /// <param name="length">The length of the stream in bytes.</param>
    /// <param name="path">The name for messages.</param>
    /// <exception cref="InvalidInputException">It is not a complete .npy file of numbers, texts or times.</exception>
    public static NumPyArray Read(Stream stream, long length, string path)
    {
        (NpyHeader header, byte[] values) = ReadAll(stream, length, path);
        if (header.IsStructured)
        {
            throw new InvalidInputException(
                "the array is structured: it holds records of several fields", "Save one field: a['name']", new SourceLocation(path));
        }

        return new NumPyArray(header.Fields[0].Type, [.. header.Shape], values);
    }

    /// <summary>
    /// Reads an array as a table. Its columns are a structured array's fields, or those of an array of one or two dimensions, which have no names.
    /// </summary>
    /// <inheritdoc cref="Read(Stream, long, string)"/>
    public static IReadOnlyList<(string Name, NumPyArray Column)> ReadColumns(Stream stream, long length, string path)
    {
        (NpyHeader header, byte[] values) = ReadAll(stream, length, path);
        int extents = header.Shape.Count;
        if (extents == 0 || extents > (header.IsStructured ? 1 : 2))
        {
            throw new InvalidInputException(
                $"the array has {extents} dimensions, and a table has two: rows and columns",
                header.IsStructured ? "Save it with .ravel()" : "Save it with .reshape(rows, columns)", new SourceLocation(path));
        }

        long rows = header.Shape[0], columns = extents == 2 ? header.Shape[1] : 1;
        if (rows > Array.MaxLength || columns > MaxColumns) throw Malformed(path, $"it has {rows} rows and {columns} columns");
        List<(string, NumPyArray)> read = [];
        int record = checked((int)(header.ElementBytes * columns)), at = 0;
        foreach (NpyField field in header.Fields.SelectMany(field => Enumerable.Repeat(field, (int)columns)))
        {
            byte[] own = new byte[(int)rows * field.Type.Bytes];
            for (int row = 0; row < (int)rows; row++)
                values.AsSpan((row * record) + at, field.Type.Bytes).CopyTo(own.AsSpan(row * field.Type.Bytes));
            read.Add((field.Name, new NumPyArray(field.Type, [rows], own)));
            at += field.Type.Bytes;
        }

        return read;
    }

    /// <summary>Writes an array.</summary>
    public static void Write(Stream stream, NumPyArray array) =>
        Write(stream, new NpyHeader([new NpyField("", array.Type)], IsStructured: false, IsFortran: false, array.Shape), array.Bytes);

    /// <summary>Writes columns as a structured array, so that <c>numpy.load(path)["name"]</c> is one column.</summary>
    /// <param name="columns">At least one; each of one dimension, all of equal length, with different names.</param>
    public static void Write(Stream stream, IReadOnlyList<(string Name, NumPyArray Column)> columns)
    {
        if (columns.Count == 0 || columns.Any(column => column.Column.Shape.Count != 1 || column.Column.Count != columns[0].Column.Count))
            throw new ArgumentException("The columns are not equally long.", nameof(columns));
        if (columns.DistinctBy(column => column.Name).Count() < columns.Count) throw new ArgumentException("Two columns have one name.", nameof(columns));
        NpyHeader header = new([.. columns.Select(column => new NpyField(column.Name, column.Column.Type))], true, false, [columns[0].Column.Count]);
        int record = checked((int)header.ElementBytes), at = 0;
        byte[] values = new byte[checked(record * columns[0].Column.Count)];
        foreach ((_, NumPyArray column) in columns)
        {
            int size = column.Type.Bytes;
            for (int row = 0; row < column.Count; row++) column.Bytes.Slice(row * size, size).CopyTo(values.AsSpan((row * record) + at));
            at += size;
        }

        Write(stream, header, values);
    }

    /// <summary>Writes version 1, or version 3 if a name has letters outside of Latin-1.</summary>
    private static void Write(Stream stream, NpyHeader header, ReadOnlySpan<byte> values)
    {
        string text = header.ToString();
        bool isLong = text.Any(letter => letter > 127) || text.Length > ushort.MaxValue - (2 * Alignment);
        byte[] written = Encoding.UTF8.GetBytes(text);
        int begin = Magic.Length + (isLong ? 6 : 4), length = (begin + written.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] start = new byte[length];
        Magic.CopyTo(start);
        start[6] = (byte)(isLong ? 3 : 1);
        if (isLong) BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(8), length - begin);
        else BinaryPrimitives.WriteUInt16LittleEndian(start.AsSpan(8), (ushort)(length - begin));
        start.AsSpan(begin).Fill((byte)' ');
        written.CopyTo(start, begin);
        start[^1] = (byte)'\n';
        stream.Write(start);
        stream.Write(values);
    }

    /// <summary>The header and the values, in row-major order.</summary>
    private static (NpyHeader Header, byte[] Values) ReadAll(Stream stream, long length, string path)
    {
        byte[] start = Take(stream, 10, path);
        if (!IsNpy(start)) throw Malformed(path, "it does not begin as one");
        if (start[6] is < 1 or > 3) throw Malformed(path, $"it is of version {start[6]}, and 1 to 3 are read");
        bool isLong = start[6] > 1;
        byte[] more = isLong ? Take(stream, 2, path) : [];
        long headerLength = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8)) + (isLong ? (long)BinaryPrimitives.ReadUInt16LittleEndian(more) << 16 : 0);
        if (headerLength > Math.Min(MaxHeaderBytes, length)) throw Malformed(path, $"its header has {headerLength} bytes");
        NpyHeader header = Parse((start[6] == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(Take(stream, (int)headerLength, path)), path);
        long bytes = header.ElementBytes;
        foreach (long extent in header.Shape)
            bytes = extent > 0 && bytes > long.MaxValue / extent ? throw Malformed(path, "its shape is larger than any file") : bytes * extent;
        long there = length - start.Length - more.Length - headerLength;
        if (bytes != there) throw Malformed(path, $"its shape asks for {bytes} bytes of values, and {there} follow");
        if (bytes > Array.MaxLength) throw Malformed(path, "it is larger than 2 GB");
        byte[] values = Take(stream, (int)bytes, path);
        bool isTurned = header.IsFortran && header.Shape.Count > 1;
        return (header, isTurned ? RowByRow(values, (int)header.ElementBytes, [.. header.Shape]) : values);
    }

    private static NpyHeader Parse(string header, string path)
    {
        try
        {
            return NpyHeader.Parse(header, path);
        }
        catch (FormatException problem)
        {
            throw Malformed(path, problem.Message, problem);
        }
    }

    /// <summary>Turns column-major values into row-major ones.</summary>
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
}

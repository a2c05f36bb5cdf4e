using System.Buffers.Binary;

namespace RnnActors.Data.Tables;

/// <summary>
/// Walks over the footer of a Parquet file and the headers of its pages, structures of Thrift's compact protocol, and holds each length and count to the
/// bytes that are there. A reader that trusts them may go on for hours in a damaged file, or allocate what it says.
/// </summary>
internal ref struct ParquetFooter
{
    private const int TrailerLength = 8, MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    private ParquetFooter(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <exception cref="InvalidDataException">The footer is not whole.</exception>
    /// <returns>Where it begins.</returns>
    public static int Check(ReadOnlySpan<byte> file)
    {
        if (file.Length < 2 * TrailerLength) throw new InvalidDataException("it is too short");
        int length = BinaryPrimitives.ReadInt32LittleEndian(file[^TrailerLength..]);
        if (length <= 0 || length > file.Length - TrailerLength) throw new InvalidDataException("its footer has another length than it tells");
        int begin = file.Length - TrailerLength - length;
        new ParquetFooter(file.Slice(begin, length)).SkipStructure(0);
        List<(long At, long Length)> chunks = [];
        new ParquetFooter(file.Slice(begin, length)).Chunks(Level.File, chunks);
        foreach (var (at, bytes) in chunks) CheckPages(file[..begin], at, bytes);
        return begin;
    }

    /// <summary>The structures on the way from the footer to its column chunks.</summary>
    private enum Level
    {
        File,
        RowGroup,
        Chunk,
        Column,
    }

    /// <summary>The headers of a column chunk's pages, each of which tells how long its page is.</summary>
    private static void CheckPages(ReadOnlySpan<byte> data, long at, long length)
    {
        for (long end = at + length; at < end;)
        {
            if (at < 0 || at >= data.Length) throw new InvalidDataException("a column lies outside of it");
            var header = new ParquetFooter(data[(int)at..]);
            long bytes = header.PageLength();
            if (bytes < 0 || bytes > data.Length - at - header._at) throw new InvalidDataException("a page of a column is longer than it");
            at += header._at + bytes;
        }
    }

    /// <summary>Walks over the header of a page.</summary>
    /// <returns>The bytes of the page behind it.</returns>
    private long PageLength()
    {
        long bytes = 0;
        for (int field = 0; Field(ref field) is var type and > 0;)
        {
            if (field == 3 && type == 5) bytes = Signed();
            else if (type > 2) Skip(type, 0);
        }

        return bytes;
    }

    /// <summary>Where the column chunks begin, and their bytes. The structure is known to be whole.</summary>
    private void Chunks(Level level, List<(long At, long Length)> chunks)
    {
        long length = 0, first = long.MaxValue;
        for (int field = 0; Field(ref field) is var type and > 0;)
        {
            if (type == 9 && ((level == Level.File && field == 4) || (level == Level.RowGroup && field == 1)))
            {
                byte header = Next();
                ulong count = header >> 4 == 15 ? Number() : (ulong)(header >> 4);
                if ((header & 0x0F) != 12) throw Damaged();
                for (ulong i = 0; i < count; i++) Chunks(level + 1, chunks);
            }
            else if (type == 12 && level == Level.Chunk && field == 3) Chunks(Level.Column, chunks);
            else if (type == 6 && level == Level.Column && field == 7) length = Signed();
            else if (type == 6 && level == Level.Column && field is 9 or 11 && Signed() is var at) first = at > 0 ? Math.Min(first, at) : first;
            else if (type > 2) Skip(type, 0);
        }

        if (level == Level.Column && first < long.MaxValue) chunks.Add((first, length));
    }

    /// <returns>The type of the next field, whose number is told; 0 for none.</returns>
    private int Field(ref int field)
    {
        byte header = Next();
        if (header == 0) return 0;
        field = header >> 4 == 0 ? (int)Signed() : field + (header >> 4);
        return header & 0x0F;
    }

    private long Signed()
    {
        ulong value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private void SkipStructure(int depth)
    {
        if (depth > MaxDepth) throw Damaged();
        while (true)
        {
            byte header = Next();
            if (header == 0) return;
            if (header >> 4 == 0) Number(); // the field's own number, where it is not the next one
            int type = header & 0x0F;
            if (type > 2) Skip(type, depth); // 1 and 2 are true and false
        }
    }

    private void Skip(int type, int depth)
    {
        switch (type)
        {
            case 1 or 2 or 3:
                Next();
                break;
            case 4 or 5 or 6:
                Number();
                break;
            case 7:
                Advance(sizeof(double));
                break;
            case 8:
                Advance(Number());
                break;
            case 9 or 10:
                byte header = Next();
                Elements(header >> 4 == 15 ? Number() : (ulong)(header >> 4), header & 0x0F, null, depth);
                break;
            case 11:
                ulong count = Number();
                if (count == 0) break;
                byte types = Next();
                Elements(count, types >> 4, types & 0x0F, depth);
                break;
            case 12:
                SkipStructure(depth + 1);
                break;
            default:
                throw Damaged();
        }
    }

    /// <summary>Each element takes a byte at least.</summary>
    private void Elements(ulong count, int type, int? second, int depth)
    {
        if (count > (ulong)(_bytes.Length - _at) || depth > MaxDepth) throw Damaged();
        for (ulong i = 0; i < count; i++)
        {
            Skip(type, depth + 1);
            if (second is { } value) Skip(value, depth + 1);
        }
    }

    private ulong Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Next();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw Damaged();
    }

    private void Advance(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _at)) throw Damaged();
        _at += (int)count;
    }

    private byte Next() => _at < _bytes.Length ? _bytes[_at++] : throw Damaged();

    private static InvalidDataException Damaged() => new("its footer is damaged");
}

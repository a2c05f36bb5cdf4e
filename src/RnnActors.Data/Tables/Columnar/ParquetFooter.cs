using System.Buffers.Binary;

namespace RnnActors.Data.Tables;

/// <summary>
/// Walks over the footer of a Parquet file, a structure of Thrift's compact protocol, and holds each length and count to the bytes that are there. A reader
/// that trusts them may go on for hours in a damaged file.
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
        var footer = new ParquetFooter(file.Slice(file.Length - TrailerLength - length, length));
        footer.SkipStructure(0);
        return file.Length - TrailerLength - length;
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

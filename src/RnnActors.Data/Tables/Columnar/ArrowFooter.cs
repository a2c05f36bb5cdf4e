using System.Buffers.Binary;

namespace RnnActors.Data.Tables;

/// <summary>
/// Checks the footer of an Arrow file, a FlatBuffers table (File.fbs): its batches must lie within the file. A reader that trusts it would allocate whatever
/// memory it announces.
/// </summary>
internal readonly ref struct ArrowFooter
{
    /// <summary>
    /// The maximum number of rows for each byte: one bit a row, times the best compression. A column of nulls has no bytes at all, so its length is accepted up
    /// to this.
    /// </summary>
    private const long MaxRowsOfAByte = 8 * 1032;

    private const int Magic = 6, Opening = 8, BlockSize = 24, ColumnSize = 16, DictionariesField = 2, BatchesField = 3, DictionaryKind = 2, BatchKind = 3;

    private readonly ReadOnlySpan<byte> _file;
    private readonly ReadOnlySpan<byte> _table;

    private ArrowFooter(ReadOnlySpan<byte> file, ReadOnlySpan<byte> table)
    {
        _file = file;
        _table = table;
    }

    /// <exception cref="InvalidDataException">The footer is incomplete, or refers to data outside of the file.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        const int Closing = sizeof(int) + Magic;
        if (file.Length < Opening + Closing) throw new InvalidDataException("it is too short");
        int length = BinaryPrimitives.ReadInt32LittleEndian(file[^Closing..]);
        if (length < sizeof(int) || length > file.Length - Opening - Closing) throw new InvalidDataException("its footer is not as long as it says");
        ArrowFooter footer = new(file, file.Slice(file.Length - Closing - length, length));
        int table = footer.Int(0);
        footer.CheckBlocks(table, DictionariesField);
        footer.CheckBlocks(table, BatchesField);
    }

    private void CheckBlocks(int table, int field)
    {
        if (Place(table, field) is not { } place) return;
        int vector = Behind(place), count = Int(vector);
        if (count < 0 || count > _table.Length / BlockSize) throw Damaged();
        for (int block = 0; block < count; block++) CheckBlock(vector + sizeof(int) + (block * BlockSize));
    }

    /// <summary>Checks a block: offset (8 bytes), length of its metadata (4, and 4 of padding), length of its body (8).</summary>
    private void CheckBlock(int at)
    {
        long offset = Long(at), head = Int(at + 8), body = Long(at + 16);
        if (offset < Opening || head < Opening || body < 0 || offset > _file.Length || head > _file.Length - offset || body > _file.Length - offset - head)
            throw Damaged();

        // The metadata begins with its length, after a marker of four bytes since Arrow 0.15.
        ReadOnlySpan<byte> message = _file[(int)offset..];
        int announced = BinaryPrimitives.ReadInt32LittleEndian(message), start = sizeof(int);
        if (announced == -1) (announced, start) = (BinaryPrimitives.ReadInt32LittleEndian(message[start..]), 2 * start);
        if (announced < 0 || announced > head - start) throw Damaged();
        new ArrowFooter(_file, message.Slice(start, announced)).CheckMessage();
    }

    /// <summary>
    /// Checks a message: version, type, table. The table of a batch has its length, and for each column a length and a null count (Message.fbs).
    /// </summary>
    private void CheckMessage()
    {
        int message = Int(0);
        if (Place(message, 1) is not { } kind || Place(message, 2) is not { } place) throw Damaged();
        int batch = Behind(place);
        if (At(kind, 1)[0] == DictionaryKind) batch = Place(batch, 1) is { } data ? Behind(data) : throw Damaged();
        else if (At(kind, 1)[0] != BatchKind) throw Damaged();
        if (Place(batch, 1) is not { } columns) return;
        int vector = Behind(columns), count = Int(vector);
        if (count < 0 || count > _table.Length / ColumnSize) throw Damaged();
        for (int column = 0; column < count; column++)
        {
            long rows = Long(vector + sizeof(int) + (column * ColumnSize));
            if (rows < 0 || rows > MaxRowsOfAByte * _file.Length)
                throw new InvalidDataException($"it announces {rows} rows, more than its {_file.Length} bytes can hold");
        }
    }

    /// <summary>The position of a table's field; null if it is absent.</summary>
    private int? Place(int table, int field)
    {
        int vtable = table - Int(table), slot = sizeof(int) + (field * sizeof(short));
        if (slot + sizeof(short) > Short(vtable)) return null;
        int offset = Short(vtable + slot);
        return offset == 0 ? null : table + offset;
    }

    /// <summary>The position that a field refers to.</summary>
    private int Behind(int place) => place + Int(place);

    private int Short(int at) => BinaryPrimitives.ReadInt16LittleEndian(At(at, sizeof(short)));

    private int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(At(at, sizeof(int)));

    private long Long(int at) => BinaryPrimitives.ReadInt64LittleEndian(At(at, sizeof(long)));

    private ReadOnlySpan<byte> At(int at, int length) => at >= 0 && at <= _table.Length - length ? _table.Slice(at, length) : throw Damaged();

    private static InvalidDataException Damaged() => new("its footer is damaged");
}

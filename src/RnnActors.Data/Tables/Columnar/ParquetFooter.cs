using System.Buffers.Binary;

namespace RnnActors.Data.Tables;

/// <summary>
/// Reads the footer of a Parquet file and the headers of its pages, and checks them against the file and each other. With a damaged file, a reader that trusts
/// them might never end, or allocate whatever memory they announce.
/// </summary>
internal sealed class ParquetFooter
{
    private const int TrailerLength = 8, MaxDepth = 64, DictionaryPage = 2, Snappy = 1, Lz4 = 5, Lz4Raw = 7;

    /// <summary>
    /// A page may repeat a value millions of times in a few bytes. Accepted are so many values, and so many decompressed bytes, plus so many for each byte of
    /// the file.
    /// </summary>
    private const long Values = 500_000, ValuesPerByte = 500, Unpacked = BoundedAllocator.Unpacked, UnpackedPerByte = BoundedAllocator.UnpackedPerByte;

    /// <summary>The structures of parquet.thrift, version 2.11 of the format.</summary>
    private static readonly ThriftSchema Schema = new("""
        Empty
        Decimal 1:i32 2:i32
        TimeUnit 1:Empty 2:Empty 3:Empty
        Time 1:bool 2:TimeUnit
        Integer 1:i8 2:bool
        Variant 1:i8
        Geometry 1:binary
        Geography 1:binary 2:i32
        LogicalType 1:Empty 2:Empty 3:Empty 4:Empty 5:Decimal 6:Empty 7:Time 8:Time 10:Integer 11:Empty 12:Empty 13:Empty 14:Empty 15:Empty
            + 16:Variant 17:Geometry 18:Geography
        SchemaElement 1:i32 2:i32 3:i32 4:binary 5:i32 6:i32 7:i32 8:i32 9:i32 10:LogicalType
        KeyValue 1:binary 2:binary
        ColumnOrder 1:Empty
        Cipher 1:binary 2:binary 3:bool
        Encryption 1:Cipher 2:Cipher
        ColumnKey 1:[binary] 2:binary
        ColumnCrypto 1:Empty 2:ColumnKey
        Statistics 1:binary 2:binary 3:i64 4:i64 5:binary 6:binary 7:bool 8:bool
        EncodingStatistics 1:i32 2:i32 3:i32
        SizeStatistics 1:i64 2:[i64] 3:[i64]
        Box 1:double 2:double 3:double 4:double 5:double 6:double 7:double 8:double
        GeospatialStatistics 1:Box 2:[i32]
        ColumnMetaData 1:i32 2:[i32] 3:[binary] 4:i32 5:i64 6:i64 7:i64 8:[KeyValue] 9:i64 10:i64 11:i64 12:Statistics
            + 13:[EncodingStatistics] 14:i64 15:i32 16:SizeStatistics 17:GeospatialStatistics
        ColumnChunk 1:binary 2:i64 3:ColumnMetaData 4:i64 5:i32 6:i64 7:i32 8:ColumnCrypto 9:binary
        SortingColumn 1:i32 2:bool 3:bool
        RowGroup 1:[ColumnChunk] 2:i64 3:i64 4:[SortingColumn] 5:i64 6:i64 7:i16
        FileMetaData 1:i32 2:[SchemaElement] 3:i64 4:[RowGroup] 5:[KeyValue] 6:binary 7:[ColumnOrder] 8:Encryption 9:binary
        DataPage 1:i32 2:i32 3:i32 4:i32 5:Statistics
        DictionaryPage 1:i32 2:i32 3:bool
        DataPageV2 1:i32 2:i32 3:i32 4:i32 5:i32 6:i32 7:bool 8:Statistics
        PageHeader 1:i32 2:i32 3:i32 4:i32 5:DataPage 6:Empty 7:DictionaryPage 8:DataPageV2
        """);

    private readonly SortedDictionary<int, int> _ends = [];
    private int[] _begins = [];
    private long _values, _unpacked, _bytes;

    private ParquetFooter(int begin) => Begin = begin;

    /// <summary>Where the pages end and the footer begins.</summary>
    public int Begin { get; }

    /// <summary>Whether a byte belongs to a page header.</summary>
    public bool IsInHead(long at)
    {
        int place = Array.BinarySearch(_begins, (int)at);
        return place >= 0 || (place < -1 && at < _ends[_begins[~place - 1]]);
    }

    /// <exception cref="InvalidDataException">The footer or a page header is incomplete, or cannot be right.</exception>
    public static ParquetFooter Check(ReadOnlySpan<byte> file)
    {
        if (file.Length < 2 * TrailerLength) throw new InvalidDataException("it is too short");
        int length = BinaryPrimitives.ReadInt32LittleEndian(file[^TrailerLength..]);
        if (length <= 0 || length > file.Length - TrailerLength) throw new InvalidDataException("its footer is not as long as it says");
        ParquetFooter footer = new(file.Length - TrailerLength - length);
        var metadata = ThriftStructure.Read(file.Slice(footer.Begin, length), Schema["FileMetaData"], out _);
        CheckDepth(metadata.Parts(2));
        foreach (ThriftStructure group in metadata.Parts(4))
        {
            if (group[3] < 0 || (group[3] > 0 && group.Parts(1).Count == 0)) throw new InvalidDataException("it has rows without columns");
            foreach (ThriftStructure chunk in group.Parts(1))
            {
                if (chunk.Part(3) is not { } column) throw new InvalidDataException("a column is in another file, or encrypted");
                footer.CheckColumn(file[..footer.Begin], column, group[3]);
            }
        }

        footer._begins = [.. footer._ends.Keys];
        return footer;
    }

    /// <summary>
    /// Checks how deeply the schema is nested. Each element says how many of the following ones are its children, and readers recurse into them.
    /// </summary>
    private static void CheckDepth(IReadOnlyList<ThriftStructure> elements)
    {
        Stack<long> left = new([1]);
        foreach (ThriftStructure element in elements)
        {
            while (left.TryPeek(out long none) && none == 0) left.Pop();
            if (left.Count == 0) break;
            left.Push(left.Pop() - 1);
            if (element[5] < 0 || element[5] > elements.Count) throw new InvalidDataException("its schema has other columns than it says");
            left.Push(element[5]);
            if (left.Count > MaxDepth) throw new InvalidDataException($"its columns are nested more than {MaxDepth} deep");
        }
    }

    private void CheckColumn(ReadOnlySpan<byte> data, ThriftStructure column, long rows)
    {
        // The dictionary page comes first, if there is one and the file says where.
        long values = column[5], at = column[9] == 0 || (column[11] != 0 && column[11] < column[9]) ? column[11] : column[9];
        if (values < rows) throw new InvalidDataException("a column has fewer values than there are rows");
        if (values > int.MaxValue || (_values += values) > Values + (ValuesPerByte * data.Length)) throw TooMany("it announces more values");
        for (long found = 0; found < values;)
        {
            if (at < 0 || at >= data.Length) throw new InvalidDataException("a column lies outside of it");
            var head = ThriftStructure.Read(data[(int)at..], Schema["PageHeader"], out int length);
            _ends[(int)at] = (int)at + length;
            found += CheckPage(head, data[((int)at + length)..], (int)column[4]);
            at += length + head[3];
            // Pages do not overlap, so this loop ends.
            if ((_bytes += length + head[3]) > data.Length) throw new InvalidDataException("its columns are longer than it");
        }
    }

    /// <returns>The number of values in the page.</returns>
    private long CheckPage(ThriftStructure head, ReadOnlySpan<byte> page, int codec)
    {
        if (head[3] < 0 || head[3] > page.Length) throw new InvalidDataException("a page of a column is longer than it");
        if (head[2] < 0 || (_unpacked += head[2]) > Unpacked + (UnpackedPerByte * Begin))
            throw TooMany("its pages announce more bytes");
        ThriftStructure? dictionary = head.Part(7), first = head.Part(5), second = head.Part(8);
        if (dictionary is not null && (dictionary[1] < 0 || dictionary[1] > head[2])) throw TooMany("a dictionary announces more values");
        if (second is not null && (Math.Min(second[5], second[6]) < 0 || second[5] + second[6] > Math.Min(head[2], head[3])))
            throw new InvalidDataException("the levels of a page are longer than it");
        if (second is null || second[7] != 0 || !second.Has(7)) CheckPacked(codec, page[..(int)head[3]], (int)(second?[5] + second?[6] ?? 0), head[2]);
        long values = head[1] == DictionaryPage ? 0 : first?[1] ?? second?[1] ?? 0;
        if (values < 0 || (second is not null && (second[2] < 0 || second[2] > values)))
            throw new InvalidDataException("a page announces a negative number of values");
        return values;
    }

    /// <param name="levels">The bytes before the compressed block.</param>
    /// <param name="unpacked">The decompressed bytes of the whole page.</param>
    private static void CheckPacked(int codec, ReadOnlySpan<byte> page, int levels, long unpacked)
    {
        // A Snappy block begins with its decompressed length, which its reader allocates.
        if (codec == Snappy && LengthOf(page[levels..]) > unpacked) throw TooMany("a page announces more bytes");
        if (codec is not (Lz4 or Lz4Raw) || page.Length == levels || Lz4Block.LengthOf(page[levels..]) == unpacked - levels) return;
        throw new InvalidDataException(codec == Lz4
            ? "it is packed with LZ4 in the frames of Hadoop, which are not read; Zstandard, Snappy, gzip and LZ4_RAW are"
            : "a page that LZ4 packed is damaged");
    }

    private static long LengthOf(ReadOnlySpan<byte> block)
    {
        long length = 0;
        for (int i = 0; i < Math.Min(block.Length, 5); i++)
        {
            length |= (long)(block[i] & 0x7F) << (7 * i);
            if (block[i] < 0x80) break;
        }

        return length;
    }

    private static InvalidDataException TooMany(string what) => new($"{what} than it can have");
}

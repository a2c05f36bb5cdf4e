namespace RnnActors.Data.Tables;

/// <summary>A structure read from Thrift's compact protocol: its integers, and the structures in it.</summary>
internal sealed class ThriftStructure
{
    private readonly Dictionary<int, long> _numbers = [];
    private readonly Dictionary<int, List<ThriftStructure>> _parts = [];

    private ThriftStructure()
    {
    }

    /// <summary>The integer of a field; 0 where the field is absent.</summary>
    public long this[int field] => _numbers.GetValueOrDefault(field);

    /// <summary>Whether a field is present and has an integer or a boolean.</summary>
    public bool Has(int field) => _numbers.ContainsKey(field);

    /// <summary>The structure of a field; null where there is none.</summary>
    public ThriftStructure? Part(int field) => Parts(field) is [var part, ..] ? part : null;

    /// <summary>The list of structures of a field.</summary>
    public IReadOnlyList<ThriftStructure> Parts(int field) => _parts.GetValueOrDefault(field) ?? [];

    /// <summary>
    /// Reads a structure. Each length and count is checked against the bytes that are left, and each field against the schema, so that every reader finds the
    /// same. Unknown fields are skipped if they are single values.
    /// </summary>
    /// <param name="length">The length of the structure in bytes.</param>
    /// <exception cref="InvalidDataException">The bytes are not such a structure.</exception>
    public static ThriftStructure Read(ReadOnlySpan<byte> bytes, IReadOnlyDictionary<int, ThriftSchema.Field> fields, out int length)
    {
        Reader reader = new(bytes);
        ThriftStructure read = reader.Structure(fields);
        length = reader.At;
        return read;
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int At { get; private set; }

        public ThriftStructure Structure(IReadOnlyDictionary<int, ThriftSchema.Field> fields)
        {
            ThriftStructure read = new();
            long field = 0;
            for (byte header = Next(); header != 0; header = Next())
            {
                field = header >> 4 == 0 ? Number(ThriftSchema.Int16) : field + (header >> 4);
                if (field is < 1 or > short.MaxValue) throw Damaged();
                Field(read, (int)field, header & 0x0F, fields.GetValueOrDefault((int)field));
            }

            return read;
        }

        private void Field(ThriftStructure read, int field, int type, ThriftSchema.Field? known)
        {
            int of = type == ThriftSchema.False ? ThriftSchema.True : type;
            if (known is null ? of is ThriftSchema.Double or > ThriftSchema.Binary or 0 : of != known.Type) throw Damaged();
            switch (type)
            {
                case ThriftSchema.True or ThriftSchema.False:
                    read._numbers[field] = type == ThriftSchema.True ? 1 : 0;
                    break;
                case ThriftSchema.List:
                    read._parts[field] = Items(known!);
                    break;
                case ThriftSchema.Structure:
                    read._parts[field] = [Structure(known!.Fields!)];
                    break;
                default:
                    if (Value(type) is { } number) read._numbers[field] = number;
                    break;
            }
        }

        private List<ThriftStructure> Items(ThriftSchema.Field list)
        {
            byte header = Next();
            ulong count = header >> 4 == 15 ? Unsigned() : (ulong)(header >> 4);
            // each item takes at least a byte
            if (count > (ulong)(_bytes.Length - At) || (count > 0 && (header & 0x0F) != list.Item)) throw Damaged();
            List<ThriftStructure> items = [];
            for (ulong i = 0; i < count; i++)
            {
                if (list.Item == ThriftSchema.Structure) items.Add(Structure(list.Fields!));
                else Value(list.Item);
            }

            return items;
        }

        /// <returns>An integer; null for other values, which are skipped.</returns>
        private long? Value(int type)
        {
            switch (type)
            {
                case ThriftSchema.Byte:
                    return (sbyte)Next();
                case ThriftSchema.Double:
                    Advance(sizeof(double));
                    return null;
                case ThriftSchema.Binary:
                    ulong length = Unsigned();
                    Advance(length);
                    return null;
                default:
                    return Number(type);
            }
        }

        private long Number(int type)
        {
            ulong value = Unsigned();
            if (value > (type == ThriftSchema.Int16 ? ushort.MaxValue : type == ThriftSchema.Int32 ? uint.MaxValue : ulong.MaxValue)) throw Damaged();
            return (long)(value >> 1) ^ -(long)(value & 1);
        }

        private ulong Unsigned()
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
            if (count > (ulong)(_bytes.Length - At)) throw Damaged();
            At += (int)count;
        }

        private byte Next() => At < _bytes.Length ? _bytes[At++] : throw Damaged();

        private static InvalidDataException Damaged() => new("its footer, or the head of a page, is damaged");
    }
}

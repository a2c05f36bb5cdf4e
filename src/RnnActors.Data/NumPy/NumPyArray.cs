using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace RnnActors.Data.NumPy;

/// <summary>A NumPy array: numbers, texts or times of any shape, in row-major order.</summary>
public sealed class NumPyArray
{
    private readonly NumPyType _type;
    private readonly byte[] _bytes;

    internal NumPyArray(NumPyType type, long[] shape, byte[] bytes) => (_type, Shape, _bytes) = (type, shape, bytes);

    /// <summary>The size of each dimension; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    public int Count => _bytes.Length / _type.Bytes;

    /// <summary>Whether its elements are numbers or booleans.</summary>
    public bool HasNumbers => _type.IsNumber;

    internal NumPyType Type => _type;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    public static NumPyArray Of(ReadOnlySpan<float> values, params long[] shape) =>
        new(new('f', 4, false), Checked(shape, values.Length), MemoryMarshal.AsBytes(values).ToArray());

    public static NumPyArray Of(ReadOnlySpan<double> values, params long[] shape) =>
        new(new('f', 8, false), Checked(shape, values.Length), MemoryMarshal.AsBytes(values).ToArray());

    public static NumPyArray Of(ReadOnlySpan<long> values, params long[] shape) =>
        new(new('i', 8, false), Checked(shape, values.Length), MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>An array of texts, in UTF-32 of a fixed width.</summary>
    public static NumPyArray Of(IReadOnlyList<string> texts)
    {
        int max = Math.Max(1, texts.Select(text => text.EnumerateRunes().Count()).DefaultIfEmpty().Max());
        byte[] bytes = new byte[checked(texts.Count * max * 4)];
        for (int i = 0; i < texts.Count; i++) Encoding.UTF32.GetBytes(texts[i], bytes.AsSpan(i * max * 4));
        return new NumPyArray(new('U', max, false), [texts.Count], bytes);
    }

    /// <summary>The numbers as doubles; integers above 2⁵³ are rounded.</summary>
    public double[] ToDoubles()
    {
        double[] values = new double[Count];
        for (int i = 0; i < values.Length; i++) values[i] = At(i);
        return values;
    }

    public float[] ToFloats()
    {
        if (_type is { Kind: 'f', Size: 4, IsBigEndian: false }) return MemoryMarshal.Cast<byte, float>(_bytes).ToArray();
        float[] values = new float[Count];
        for (int i = 0; i < values.Length; i++) values[i] = (float)At(i);
        return values;
    }

    public string[] ToTexts()
    {
        if (!_type.IsText) throw new InvalidOperationException("The array holds no texts.");
        Encoding encoding = _type.Kind == 'S' ? Encoding.UTF8
            : _type.IsBigEndian ? new UTF32Encoding(bigEndian: true, byteOrderMark: false) : Encoding.UTF32;
        return [.. Enumerable.Range(0, Count).Select(i => encoding.GetString(_bytes, i * _type.Bytes, _type.Bytes).TrimEnd('\0'))];
    }

    /// <summary>Times as they are stored, in <see cref="NumPyType.Unit"/>s since 1970; <see cref="long.MinValue"/> for NaT (not a time).</summary>
    internal long[] ToCounts()
    {
        if (_type.Kind != 'M') throw new InvalidOperationException("The array holds no times.");
        return
        [
            .. Enumerable.Range(0, Count).Select(i => _type.IsBigEndian
                ? BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(i * sizeof(long)))
                : BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(i * sizeof(long)))),
        ];
    }

    private double At(int index)
    {
        ReadOnlySpan<byte> own = _bytes.AsSpan(index * _type.Size, _type.Size);
        bool big = _type.IsBigEndian;
        return (_type.Kind, _type.Size) switch
        {
            ('f', 2) => (double)(big ? BinaryPrimitives.ReadHalfBigEndian(own) : BinaryPrimitives.ReadHalfLittleEndian(own)),
            ('f', 4) => big ? BinaryPrimitives.ReadSingleBigEndian(own) : BinaryPrimitives.ReadSingleLittleEndian(own),
            ('f', 8) => big ? BinaryPrimitives.ReadDoubleBigEndian(own) : BinaryPrimitives.ReadDoubleLittleEndian(own),
            ('i', 1) => (sbyte)own[0],
            ('i', 2) => big ? BinaryPrimitives.ReadInt16BigEndian(own) : BinaryPrimitives.ReadInt16LittleEndian(own),
            ('i', 4) => big ? BinaryPrimitives.ReadInt32BigEndian(own) : BinaryPrimitives.ReadInt32LittleEndian(own),
            ('i', 8) => big ? BinaryPrimitives.ReadInt64BigEndian(own) : BinaryPrimitives.ReadInt64LittleEndian(own),
            ('u', 2) => big ? BinaryPrimitives.ReadUInt16BigEndian(own) : BinaryPrimitives.ReadUInt16LittleEndian(own),
            ('u', 4) => big ? BinaryPrimitives.ReadUInt32BigEndian(own) : BinaryPrimitives.ReadUInt32LittleEndian(own),
            ('u', 8) => big ? BinaryPrimitives.ReadUInt64BigEndian(own) : BinaryPrimitives.ReadUInt64LittleEndian(own),
            ('u' or 'b', 1) => own[0],
            _ => throw new InvalidOperationException("The array holds no numbers."),
        };
    }

    private static long[] Checked(long[] shape, int count) =>
        shape.Aggregate(1L, (product, extent) => checked(product * extent)) == count
            ? shape
            : throw new ArgumentException("The shape has another number of values.", nameof(shape));
}

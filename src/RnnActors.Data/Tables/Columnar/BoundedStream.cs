namespace RnnActors.Data.Tables;

/// <summary>
/// A file in memory that limits how much is read from it. With the counts of a damaged file, a library might read past the end, or the same bytes, without end.
/// </summary>
internal sealed class BoundedStream : MemoryStream
{
    /// <summary>How often a reader may read past the end, and how often each byte of the file on average.</summary>
    private const int MaxAtEnd = 256, MaxTimes = 64;

    private readonly byte[] _bytes;
    private readonly long _max;
    private readonly ParquetFooter? _footer;
    private long _read;
    private int _atEnd;

    /// <param name="footer">The footer of a Parquet file, which has checked the page headers: these may be read byte by byte.</param>
    public BoundedStream(byte[] bytes, ParquetFooter? footer = null)
        : base(bytes, writable: false) => (_bytes, _max, _footer) = (bytes, 65536 + ((long)bytes.Length * MaxTimes), footer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, Math.Max(0, Length - Position));
        GetBuffer(count).CopyTo(buffer);
        return Counted(count, buffer.Length);
    }

    public override int ReadByte()
    {
        if (_footer is not null && Position < _footer.Begin && !_footer.IsInHead(Position))
            throw new InvalidDataException("its pages have fewer values than they announce");
        int value = base.ReadByte();
        Counted(value < 0 ? 0 : 1, 1);
        return value;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer, offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    private ReadOnlySpan<byte> GetBuffer(int count)
    {
        ReadOnlySpan<byte> part = _bytes.AsSpan((int)Position, count);
        Position += count;
        return part;
    }

    private int Counted(int read, int wanted)
    {
        _read += Math.Max(1, read);
        if ((wanted > 0 && read == 0 && ++_atEnd > MaxAtEnd) || _read > _max) throw new InvalidDataException("it announces more values than it has");
        return read;
    }
}

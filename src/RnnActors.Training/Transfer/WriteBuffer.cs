namespace RnnActors.Training.Transfer;

/// <summary>Buffers the 16 KB records of TLS until they are flushed, so that one write is one system call.</summary>
internal sealed class WriteBuffer(Stream inner) : Stream
{
    private const int HandshakeBytes = 1 << 13;
    private const int MaxBytes = 1 << 19;

    private readonly object _lock = new();
    private byte[] _waiting = new byte[HandshakeBytes];
    private int _length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // TLS may answer the peer on the reading thread while the writing thread writes.
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_lock)
        {
            if (buffer.Length > _waiting.Length - _length && _waiting.Length < MaxBytes) Array.Resize(ref _waiting, MaxBytes);
            if (buffer.Length > _waiting.Length - _length) FlushWaiting();
            if (buffer.Length > _waiting.Length)
            {
                inner.Write(buffer);
                return;
            }

            buffer.CopyTo(_waiting.AsSpan(_length));
            _length += buffer.Length;
        }
    }

    public override void Flush()
    {
        lock (_lock) FlushWaiting();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void FlushWaiting()
    {
        if (_length == 0) return;
        inner.Write(_waiting, 0, _length);
        _length = 0;
    }
}

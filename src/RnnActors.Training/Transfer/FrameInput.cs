using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Transfer;

/// <summary>The incoming bytes of a channel: small reads come from a buffer, large ones go straight to their destination.</summary>
internal sealed class FrameInput(Stream stream)
{
    /// <summary>How many bytes one read may take beyond a body that goes straight to its destination.</summary>
    private const int BufferBytes = 1 << 14;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _at, _end;
    private long _received;

    public long BytesReceived => Volatile.Read(ref _received);

    /// <summary>Fills a header.</summary>
    /// <returns>False if the peer closed between two frames.</returns>
    /// <exception cref="ChannelException">The peer closed inside a frame.</exception>
    public bool TryRead(Span<byte> header)
    {
        if (_at == _end && !Fill()) return false;
        ReadExactly(header);
        return true;
    }

    /// <exception cref="ChannelException">The peer closed inside a frame.</exception>
    public void ReadExactly(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            if (_at == _end && destination.Length >= _buffer.Length)
            {
                int read = stream.Read(destination);
                if (read == 0) throw Ended();
                Count(read);
                destination = destination[read..];
                continue;
            }

            if (_at == _end && !Fill()) throw Ended();
            int length = Math.Min(_end - _at, destination.Length);
            _buffer.AsSpan(_at, length).CopyTo(destination);
            _at += length;
            destination = destination[length..];
        }
    }

    /// <summary>Counts bytes that arrived another way, as in shared memory.</summary>
    public void Count(int bytes)
    {
        Volatile.Write(ref _received, _received + bytes);
        TrainingMeter.BytesReceived.Add(bytes);
    }

    private bool Fill()
    {
        (_at, _end) = (0, stream.Read(_buffer, 0, _buffer.Length));
        Count(_end);
        return _end > 0;
    }

    private static ChannelException Ended() => new("the other side closed the connection inside a frame");
}

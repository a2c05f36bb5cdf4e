using System.IO.Hashing;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The shared memory of a channel within one machine without encryption, one for each direction. It is offered with the first large body, and used once the
/// peer has opened it. If that fails, as between containers, or no slot is free, bodies use the connection.
/// </summary>
/// <param name="folder">The folder of the shared memory's file.</param>
/// <param name="words">Sends a control frame to the peer.</param>
internal sealed class SharedBodies(string folder, Action<FrameKind, ContentHash> words) : IDisposable
{
    /// <summary>How many bytes at the beginning of a body its checksum covers.</summary>
    private const int Checked = 4096;

    private SharedSlots? _outgoing, _incoming;
    private bool _isTried;
    private volatile bool _isAccepted;

    /// <summary>
    /// The checksum of a body's beginning, which verifies that header and slot belong together. The rest needs none: shared memory is as reliable as the
    /// sender's own.
    /// </summary>
    public static ulong ChecksumOf(ReadOnlySpan<byte> body) => XxHash3.HashToUInt64(body[..Math.Min(body.Length, Checked)]);

    /// <summary>Copies the next body to send into a slot, if one is free. On the writing thread.</summary>
    public bool TryWrite(ReadOnlySpan<byte> body)
    {
        if (_isAccepted) return _outgoing!.TryWrite(body);
        if (_isTried) return false;
        _isTried = true;
        _outgoing = SharedSlots.TryCreate(folder);
        if (_outgoing is not null) words(FrameKind.SharingOffered, _outgoing.Name);
        return false;
    }

    /// <summary>Reads the next body. On the reading thread, as everything below.</summary>
    /// <param name="destination">A span of the body's length.</param>
    public void Read(Span<byte> destination) => Incoming(destination.Length).Read(destination);

    /// <summary>Discards the next body.</summary>
    public void Skip(int length) => Incoming(length).Skip();

    /// <summary>The peer offers its shared memory.</summary>
    public void Offered(ContentHash name)
    {
        if (_incoming is not null) throw new ChannelException("the other side offered shared memory a second time");
        _incoming = SharedSlots.TryOpen(folder, name);
        words(_incoming is null ? FrameKind.SharingRefused : FrameKind.SharingAccepted, name);
    }

    /// <summary>The peer has opened our shared memory, or refused to.</summary>
    public void Answered(ContentHash name, bool isAccepted)
    {
        if (_outgoing is null || _outgoing.Name != name || _isAccepted)
            throw new ChannelException("the other side answered an offer of shared memory that was not made");
        _outgoing.Hide();
        _isAccepted = isAccepted;
    }

    public void Dispose()
    {
        _outgoing?.Dispose();
        _incoming?.Dispose();
    }

    private SharedSlots Incoming(int length)
    {
        if (length > SharedSlots.SlotBytes) throw new ChannelException($"a frame of {length} bytes lies in no slot of shared memory");
        return _incoming ?? throw new ChannelException("a frame lies in shared memory that was not opened");
    }
}

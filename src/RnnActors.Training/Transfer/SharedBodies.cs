using System.IO.Hashing;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>
/// A channel's two shared memories, one a direction, where both its ends are on this machine and nothing is encrypted. One is offered with the first large body, and used when the other
/// side has opened it; where that fails, as between containers, or while no slot is free, bodies go by the connection.
/// </summary>
/// <param name="folder">Where the memories are made.</param>
/// <param name="words">Sends a word to the other side.</param>
internal sealed class SharedBodies(string folder, Action<FrameKind, ContentHash> words) : IDisposable
{
    /// <summary>Bytes of a body that its checksum is of.</summary>
    private const int Checked = 4096;

    private SharedSlots? _outgoing, _incoming;
    private bool _isTried;
    private volatile bool _isAccepted;

    /// <summary>Of a body's beginning: it shows that header and slot belong together. On its way nothing happens to it that could not happen to the block itself, in memory as well.</summary>
    public static ulong ChecksumOf(ReadOnlySpan<byte> body) => XxHash3.HashToUInt64(body[..Math.Min(body.Length, Checked)]);

    /// <summary>A slot for a body that is sent next. On the writing thread.</summary>
    public bool TryTake(out Span<byte> slot)
    {
        slot = default;
        if (_isAccepted) return _outgoing!.TryTake(out slot);
        if (_isTried) return false;
        _isTried = true;
        _outgoing = SharedSlots.TryCreate(folder);
        if (_outgoing is not null) words(FrameKind.SharingOffered, _outgoing.Name);
        return false;
    }

    /// <summary>The next body that came. On the reading thread, as is all below.</summary>
    /// <param name="destination">Of its length.</param>
    public void Read(Span<byte> destination) => Incoming(destination.Length).Read(destination);

    /// <summary>Throws the next body away.</summary>
    public void Skip(int length) => Incoming(length).Skip();

    /// <summary>The other side has a memory that it would send by.</summary>
    public void Offered(ContentHash name)
    {
        if (_incoming is not null) throw new ChannelException("the other side offered shared memory a second time");
        _incoming = SharedSlots.TryOpen(folder, name);
        words(_incoming is null ? FrameKind.SharingRefused : FrameKind.SharingAccepted, name);
    }

    /// <summary>The other side has opened ours, or will not.</summary>
    public void Answered(ContentHash name, bool isAccepted)
    {
        if (_outgoing is null || _outgoing.Name != name || _isAccepted) throw new ChannelException("the other side answered an offer of shared memory that was not made");
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
        return _incoming ?? throw new ChannelException("a frame lies in shared memory that nobody has opened");
    }
}

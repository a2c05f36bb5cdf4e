using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>
/// What stands behind a channel. Everything but <see cref="Sent"/> is called on the channel's reading thread, one call after the other: a call must not take long, and tells an
/// actor by a message. A call that throws ends the channel; <see cref="FileReceived"/> and <see cref="Broken"/> must not throw.
/// </summary>
public interface IFrameSink
{
    /// <summary>Both sides have accepted each other.</summary>
    void Opened(TensorChannel channel);

    /// <summary>
    /// Where the body of a frame goes, asked before it is read. From then until <see cref="Received"/> or <see cref="Broken"/> the block belongs to the channel.
    /// </summary>
    FrameTarget Accept(in Frame frame);

    /// <summary>The body of a frame that was accepted lies in its place, and its checksum is right. Frames of a transfer come in order; <see cref="Frame.IsLast"/> ends it.</summary>
    void Received(in Frame frame);

    /// <summary>A message has come. Its bytes belong to the channel again when the call returns.</summary>
    void Told(in FrameDescription transfer, ReadOnlySpan<byte> message);

    /// <summary>
    /// The last byte of a block that was given to <see cref="TensorChannel.Send"/> has been read: it may be used again. Told of a transfer that was superseded, too. On the writing thread.
    /// </summary>
    void Sent(in FrameDescription transfer);

    /// <summary>The other side sends a file. Its folder must exist; its content is checked against its hash before it gets this name.</summary>
    /// <param name="length">In bytes.</param>
    FileTarget AcceptFile(ContentHash file, long length);

    /// <summary>A file that was accepted is in its place, whole, flushed to the disk. On a thread of its own, and perhaps after <see cref="Broken"/>.</summary>
    void FileReceived(ContentHash file, string path);

    /// <summary>The other side wants a file: <see cref="TensorChannel.SendFile"/> it, or <see cref="TensorChannel.RefuseFile"/>.</summary>
    void FileRequested(ContentHash file);

    /// <summary>A file that was sent is on the other side's disk, flushed.</summary>
    void FileDelivered(ContentHash file);

    /// <summary>A file could not be had, sent or stored, here (<paramref name="reason"/> says why) or on the other side. The channel goes on.</summary>
    void FileFailed(ContentHash file, string reason);

    /// <summary>The channel is over, which is told once, after every other call but that of a stored file. Blocks that wait in it are not read any more.</summary>
    /// <param name="reason">As a sentence without its full stop.</param>
    void Broken(string reason);
}

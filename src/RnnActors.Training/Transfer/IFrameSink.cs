using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The receiver of a channel. All but <see cref="Sent"/> are called on the channel's reading thread, one after the other: they must return soon and pass
/// work to an actor as a message. An exception ends the channel; <see cref="FileReceived"/> and <see cref="Broken"/> must not throw.
/// </summary>
public interface IFrameSink
{
    /// <summary>Both sides have accepted each other.</summary>
    void Opened(TensorChannel channel);

    /// <summary>
    /// Returns the place for a frame's body, before it is read. The block belongs to the channel until <see cref="Received"/> or <see cref="Broken"/>.
    /// </summary>
    FrameTarget Accept(in Frame frame);

    /// <summary>
    /// An accepted body is in its place, and its checksum is right. Frames come in order; the one with <see cref="Frame.IsLast"/> completes the transfer.
    /// </summary>
    void Received(in Frame frame);

    /// <summary>A message has arrived. Its bytes belong to the channel again after the call.</summary>
    void Told(in FrameDescription transfer, ReadOnlySpan<byte> message);

    /// <summary>
    /// The channel has read the last byte of a block of <see cref="TensorChannel.Send"/>, which may be reused. Also called for superseded transfers. On the
    /// writing thread.
    /// </summary>
    void Sent(in FrameDescription transfer);

    /// <summary>The peer sends a file. The folder must exist; the content is checked against the hash before it gets this name.</summary>
    /// <param name="length">In bytes.</param>
    FileTarget AcceptFile(ContentHash file, long length);

    /// <summary>An accepted file is in its place, complete and flushed. On a thread of its own, perhaps after <see cref="Broken"/>.</summary>
    void FileReceived(ContentHash file, string path);

    /// <summary>The peer requests a file: answer with <see cref="TensorChannel.SendFile"/> or <see cref="TensorChannel.RefuseFile"/>.</summary>
    void FileRequested(ContentHash file);

    /// <summary>The peer has stored and flushed a sent file.</summary>
    void FileDelivered(ContentHash file);

    /// <summary>A file could not be fetched, sent or stored, here (see <paramref name="reason"/>) or on the peer. The channel goes on.</summary>
    void FileFailed(ContentHash file, string reason);

    /// <summary>The channel has ended. Called once; only <see cref="FileReceived"/> may follow. Queued blocks are no longer read.</summary>
    /// <param name="reason">As a sentence without its full stop.</param>
    void Broken(string reason);
}

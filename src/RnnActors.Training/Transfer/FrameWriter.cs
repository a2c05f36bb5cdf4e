using System.Diagnostics;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Training.Files;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The writing half of a channel. A block may change while it is sent, so a frame is copied, beside its header or to shared memory, before its checksum is
/// taken. Small frames share one write.
/// </summary>
/// <param name="shared">Null if the peer may be on another machine.</param>
internal sealed class FrameWriter(Stream stream, SendQueue queue, IFrameSink sink, SharedBodies? shared) : IDisposable
{
    /// <summary>The length of the bodies that are sent: for copy, checksum and write, a body then stays in the processor's cache.</summary>
    private const int FrameBytes = SharedSlots.SlotBytes;

    private readonly byte[] _staged = GC.AllocateUninitializedArray<byte>(2 * FrameHeader.Size + FrameBytes + SendQueue.SmallBytes, pinned: true);
    private int _length, _inSlots;
    private long _sent;
    private SafeFileHandle? _file;
    private long _fileOffset;
    private long _fileLength;
    private Activity? _sending;

    public long BytesSent => Volatile.Read(ref _sent);

    /// <summary>Sends until the queue is closed.</summary>
    public void Run()
    {
        while (queue.Wait())
        {
            bool staged = StageBlocks();
            if (!staged) StageFile();
            if (_length == 0) continue;
            stream.Write(_staged, 0, _length);
            stream.Flush();
            Volatile.Write(ref _sent, _sent + _length + _inSlots);
            TrainingMeter.BytesSent.Add(_length + _inSlots);
            (_length, _inSlots) = (0, 0);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        TrainingActivities.End(_sending);
    }

    private bool StageBlocks()
    {
        bool any = false;
        // The other side can begin with a body in shared memory while the next one is copied.
        while (_inSlots == 0 && queue.TryTake(_staged.Length - _length - FrameHeader.Size, FrameBytes, out Outgoing part, out int length, out bool isLast))
        {
            any = true;
            if (length > 0 || part.Total == 0) StageBody(part, length);
            if (isLast && part.Total > 0) sink.Sent(part.Transfer);
        }

        return any;
    }

    private void StageBody(in Outgoing part, int length)
    {
        Frame frame = new(part.Transfer, part.Offset, length, part.Total);
        Span<byte> body = _staged.AsSpan(_length + FrameHeader.Size);
        if (part.Message is { } message)
        {
            message.AsSpan((int)part.Offset, length).CopyTo(body);
            Stage(frame, length);
            return;
        }

        ReadOnlySpan<float> values = part.Block.Span.Slice((int)(part.Offset / sizeof(float)), length / sizeof(float));
        int sparse = part.Marks.IsEmpty
            ? 0
            : SparseBody.WriteMarked(values, part.Marks.Span, (int)(part.Offset / sizeof(float) / BlockMarks.BlockLength), body);
        if (sparse > 0)
        {
            Stage(frame, sparse, BodyForm.Sparse);
        }
        else if (length > SendQueue.SmallBytes && shared is not null && shared.TryWrite(MemoryMarshal.AsBytes(values)))
        {
            StageHeader(frame, length, BodyForm.Shared, SharedBodies.ChecksumOf(MemoryMarshal.AsBytes(values)));
            _inSlots = length;
        }
        else
        {
            MemoryMarshal.AsBytes(values).CopyTo(body);
            Stage(frame, length);
        }
    }

    private void StageFile()
    {
        if (!queue.TryTakeFile(out string? path, out ContentHash file)) return;
        FrameDescription transfer = new(FrameKind.File, file);
        try
        {
            if (_file is null)
            {
                _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
                (_fileOffset, _fileLength) = (0, RandomAccess.GetLength(_file));
                _sending = TrainingActivities.BeginFile("send file", file, _fileLength);
            }

            int length = (int)Math.Min(FrameBytes, _fileLength - _fileOffset);
            Span<byte> body = _staged.AsSpan(FrameHeader.Size, length);
            for (int read = 0; read < length;)
            {
                int got = RandomAccess.Read(_file, body[read..], _fileOffset + read);
                if (got == 0) throw new IOException("it became shorter while it was sent");
                read += got;
            }

            Frame frame = new(transfer, _fileOffset, length, _fileLength);
            Stage(frame, length);
            _fileOffset += length;
            if (!frame.IsLast) return;
            TrainingActivities.End(_sending);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            TrainingActivities.End(_sending, e);
            sink.FileFailed(file, $"'{path}' cannot be read: {e.Message.TrimEnd('.')}");
            Stage(new Frame(transfer with { Kind = FrameKind.FileFailed }, 0, 0, 0), 0);
        }

        _file?.Dispose();
        (_file, _sending) = (null, null);
        queue.FileDone();
    }

    /// <summary>Writes the header before a body that has already been copied behind it.</summary>
    private void Stage(in Frame frame, int bodyLength, BodyForm form = BodyForm.Whole)
    {
        StageHeader(frame, bodyLength, form, XxHash3.HashToUInt64(_staged.AsSpan(_length + FrameHeader.Size, bodyLength)));
        _length += bodyLength;
    }

    private void StageHeader(in Frame frame, int bodyLength, BodyForm form, ulong checksum)
    {
        FrameHeader.Write(_staged.AsSpan(_length, FrameHeader.Size), frame, bodyLength, form, checksum);
        _length += FrameHeader.Size;
    }
}

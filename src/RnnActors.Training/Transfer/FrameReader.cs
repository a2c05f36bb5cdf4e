using System.IO.Hashing;
using System.Runtime.InteropServices;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>The reading half of a channel: it asks where each body belongs, and reads straight into that place.</summary>
/// <param name="words">Sends a control frame about a file to the peer.</param>
/// <param name="shared">Null if the peer may be on another machine.</param>
internal sealed class FrameReader(Stream stream, IFrameSink sink, ChannelSettings settings, Action<FrameKind, ContentHash> words, SharedBodies? shared)
    : IDisposable
{
    private readonly FrameInput _input = new(stream);
    private readonly byte[] _header = new byte[FrameHeader.Size];
    private readonly byte[] _scratch = new byte[SendQueue.SmallBytes];
    private readonly XxHash3 _checksum = new();
    private readonly IncomingTransfers _transfers = new();
    private readonly FileReceiver _files = new(sink, words);
    private byte[]? _sparse, _message;

    public long BytesReceived => _input.BytesReceived;

    /// <summary>Reads until the peer closes.</summary>
    /// <exception cref="ChannelException">The peer violates the protocol.</exception>
    public void Run()
    {
        while (_input.TryRead(_header))
        {
            Frame frame = FrameHeader.Read(_header, out BodyForm form, out ulong checksum);
            switch (frame.Transfer.Kind)
            {
                case FrameKind.Parameters or FrameKind.Gradient when form == BodyForm.Sparse:
                    ReadSparse(frame, checksum);
                    break;
                case FrameKind.Parameters or FrameKind.Gradient or FrameKind.State when form == BodyForm.Shared:
                    ReadBlock(frame, checksum, form);
                    break;
                case var kind when form != BodyForm.Whole:
                    throw new ChannelException($"a frame of the kind {kind} is {(form == BodyForm.Sparse ? "sparse" : "in shared memory")}");
                case FrameKind.Message:
                    ReadMessage(frame, checksum);
                    break;
                case FrameKind.Parameters or FrameKind.Gradient or FrameKind.State:
                    ReadBlock(frame, checksum, form);
                    break;
                case FrameKind.File:
                    ReadFile(frame, checksum);
                    break;
                default:
                    ReadWord(frame);
                    break;
            }
        }
    }

    public void Dispose() => _files.Dispose();

    private SharedBodies Shared => shared ?? throw new ChannelException("the other side would share memory, and is not on this machine");

    private void ReadBlock(in Frame frame, ulong checksum, BodyForm form)
    {
        if (frame.Length == 0 || frame.Length % sizeof(float) != 0 || frame.Offset % sizeof(float) != 0 || frame.Total % sizeof(float) != 0)
            throw new ChannelException($"a frame of {frame.Transfer} does not hold whole values");
        _transfers.Check(frame);
        FrameTarget target = sink.Accept(frame);
        if (target.Refusal is { } refusal) throw new ChannelException(refusal);
        if (target.IsDiscarded)
        {
            Discard(frame, checksum, form);
            return;
        }

        CheckPlace(frame, target);
        target.Gradient?.Mark(target.First + (int)(frame.Offset / sizeof(float)), frame.Length / sizeof(float));
        Span<byte> place = MemoryMarshal.AsBytes(target.Block.Span).Slice((int)frame.Offset, frame.Length);
        if (form == BodyForm.Shared)
        {
            Shared.Read(place);
            _input.Count(place.Length);
            Check(frame, SharedBodies.ChecksumOf(place), checksum);
        }
        else
        {
            _input.ReadExactly(place);
            _checksum.Append(place);
            CheckBody(frame, checksum);
        }

        sink.Received(frame);
    }

    private void ReadSparse(in Frame announced, ulong checksum)
    {
        _sparse ??= new byte[FrameHeader.MaxBody];
        Span<byte> body = _sparse.AsSpan(0, announced.Length);
        _input.ReadExactly(body);
        _checksum.Append(body);
        CheckBody(announced, checksum);
        int values = SparseBody.LengthOf(body);
        Frame frame = announced with { Length = values * sizeof(float) };
        if (frame.Offset + frame.Length > frame.Total)
            throw new ChannelException($"a frame ends at byte {frame.Offset + frame.Length} of {frame.Transfer}, which has {frame.Total}");
        if (frame.Offset % sizeof(float) != 0 || frame.Total % sizeof(float) != 0)
            throw new ChannelException($"a frame of {frame.Transfer} does not hold whole values");
        _transfers.Check(frame);
        FrameTarget target = sink.Accept(frame);
        if (target.Refusal is { } refusal) throw new ChannelException(refusal);
        if (target.IsDiscarded) return;
        CheckPlace(frame, target);
        int first = (int)(frame.Offset / sizeof(float));
        if (target.Gradient is { } gradient) SparseBody.Read(body, gradient, target.First + first, values);
        else SparseBody.Read(body, target.Block.Span.Slice(first, values));
        sink.Received(frame);
    }

    private static void CheckPlace(in Frame frame, in FrameTarget target)
    {
        if ((long)target.Block.Length * sizeof(float) != frame.Total)
            throw new ChannelException($"{frame.Transfer} was announced with {frame.Total} bytes, and has {(long)target.Block.Length * sizeof(float)}");
    }

    private void ReadMessage(in Frame frame, ulong checksum)
    {
        if (frame.Length == 0 || frame.Total > TensorChannel.MaxMessageBytes) throw new ChannelException($"a message of {frame.Total} bytes is announced");
        if (frame.Total > SendQueue.SmallBytes)
        {
            ReadLongMessage(frame, checksum);
            return;
        }

        if (frame.Length != frame.Total) throw new ChannelException($"a message of {frame.Total} bytes comes in pieces");
        Span<byte> message = _scratch.AsSpan(0, frame.Length);
        _input.ReadExactly(message);
        _checksum.Append(message);
        CheckBody(frame, checksum);
        sink.Told(frame.Transfer, message);
    }

    /// <summary>Reads a frame of a long message. Long messages come one after another.</summary>
    private void ReadLongMessage(in Frame frame, ulong checksum)
    {
        _transfers.Check(frame);
        if (frame.Offset == 0) _message = new byte[frame.Total];
        if (_message?.Length != frame.Total) throw new ChannelException("two long messages are mixed");
        Span<byte> place = _message.AsSpan((int)frame.Offset, frame.Length);
        _input.ReadExactly(place);
        _checksum.Append(place);
        CheckBody(frame, checksum);
        if (!frame.IsLast) return;
        sink.Told(frame.Transfer, _message);
        _message = null;
    }

    private void ReadFile(in Frame frame, ulong checksum)
    {
        if (frame.Length == 0 && frame.Total > 0) throw new ChannelException("a frame of a file is empty");
        if (frame.Total > settings.MaxFileBytes)
            throw new ChannelException($"a file of {frame.Total} bytes is announced, and {settings.MaxFileBytes} are the most");
        _transfers.Check(frame);
        if (frame.Offset == 0) _files.Begin(frame);
        for (int left = frame.Length; left > 0;)
        {
            Span<byte> piece = _scratch.AsSpan(0, Math.Min(left, _scratch.Length));
            _input.ReadExactly(piece);
            _checksum.Append(piece);
            _files.Append(frame.Transfer.Run, piece);
            left -= piece.Length;
        }

        CheckBody(frame, checksum);
        if (frame.IsLast) _files.End(frame.Transfer.Run);
    }

    private void ReadWord(in Frame frame)
    {
        ContentHash file = frame.Transfer.Run;
        if (frame.Total != 0) throw new ChannelException($"{frame.Transfer} has a body");
        switch (frame.Transfer.Kind)
        {
            case FrameKind.FileRequest:
                sink.FileRequested(file);
                break;
            case FrameKind.FileStored:
                sink.FileDelivered(file);
                break;
            case FrameKind.SharingOffered:
                Shared.Offered(file);
                break;
            case FrameKind.SharingAccepted or FrameKind.SharingRefused:
                Shared.Answered(file, frame.Transfer.Kind == FrameKind.SharingAccepted);
                break;
            default:
                _transfers.Forget(new FrameDescription(FrameKind.File, file));
                _files.Abandon(file);
                sink.FileFailed(file, "the other side does not have it, or could not store it");
                break;
        }
    }

    private void CheckBody(in Frame frame, ulong checksum)
    {
        ulong found = _checksum.GetCurrentHashAsUInt64();
        _checksum.Reset();
        Check(frame, found, checksum);
    }

    private static void Check(in Frame frame, ulong found, ulong checksum)
    {
        if (found != checksum) throw new ChannelException($"the checksum of a frame of {frame.Transfer} is wrong");
    }

    private void Discard(in Frame frame, ulong checksum, BodyForm form)
    {
        if (form == BodyForm.Shared)
        {
            Shared.Skip(frame.Length);
            return;
        }

        for (int left = frame.Length; left > 0;)
        {
            Span<byte> piece = _scratch.AsSpan(0, Math.Min(left, _scratch.Length));
            _input.ReadExactly(piece);
            _checksum.Append(piece);
            left -= piece.Length;
        }

        CheckBody(frame, checksum);
    }
}

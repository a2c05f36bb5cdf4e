using System.Buffers.Binary;
using System.IO.Hashing;
using RnnActors.Core.Sharding;
using RnnActors.Training.Files;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The 64 bytes before every body, little-endian: magic and version (4), kind and form of the body (1), body length (3), run or file (16), epoch (4), step (5),
/// first page (3), item (6), offset (5), total length (5), low half of XXH3-64 of these 52 bytes (4), XXH3-64 of the body (8). For a body in shared memory, the
/// last checksum covers its beginning only. The item is the number of the part (4 bytes) for parameters, and first shard and shard count (3 + 3) for everything
/// else. The header has its own checksum, since it decides where the body goes.
/// </summary>
internal static class FrameHeader
{
    public const int Size = 64;

    /// <summary>The maximum length of a body.</summary>
    public const int MaxBody = 1 << 20;

    private const uint Magic = 0x05_54_4E_52; // RNT, version 5
    private const int ItemAt = 36;
    private const int ChecksumAt = 52;
    private const int BodyChecksumAt = 56;
    private const long Max24 = (1L << 24) - 1;
    private const long Max40 = (1L << 40) - 1;
    private const byte Forms = 0xC0;

    /// <summary>Checks that an outgoing transfer fits in a header.</summary>
    public static void Check(in FrameDescription transfer)
    {
        if (transfer.Epoch is < 0 or > uint.MaxValue || transfer.Step is < 0 or > Max40 || transfer.Shards.First is < 0 or > (int)Max24
            || transfer.Shards.Count is < 0 or > (int)Max24)
            throw new ArgumentOutOfRangeException(nameof(transfer), transfer, "Epoch, step or shards are out of range.");
        if (transfer.Kind == FrameKind.Parameters ? transfer.Part < 0 || transfer.Shards != default : transfer.Part != 0)
            throw new ArgumentOutOfRangeException(nameof(transfer), transfer, "Parameters have the number of a part, and everything else has shards.");
        if (transfer.First < 0 || transfer.First % FrameDescription.PageLength != 0)
            throw new ArgumentOutOfRangeException(nameof(transfer), transfer, "A part begins where a page does.");
    }

    /// <param name="bodyLength">Bytes of the body; a sparse body is shorter than its frame.</param>
    public static void Write(Span<byte> header, in Frame frame, int bodyLength, BodyForm form, ulong bodyChecksum)
    {
        FrameDescription transfer = frame.Transfer;
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[4] = (byte)((byte)transfer.Kind | (byte)form);
        Write24(header[5..], bodyLength);
        BinaryPrimitives.WriteUInt128LittleEndian(header[8..], transfer.Run.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)transfer.Epoch);
        Write40(header[28..], transfer.Step);
        Write24(header[33..], transfer.First / FrameDescription.PageLength);
        if (transfer.Kind == FrameKind.Parameters)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[ItemAt..], transfer.Part);
            BinaryPrimitives.WriteUInt16LittleEndian(header[(ItemAt + sizeof(int))..], 0);
        }
        else
        {
            Write24(header[ItemAt..], transfer.Shards.First);
            Write24(header[(ItemAt + 3)..], transfer.Shards.Count);
        }

        Write40(header[42..], frame.Offset);
        Write40(header[47..], frame.Total);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumAt..], Checksum(header));
        BinaryPrimitives.WriteUInt64LittleEndian(header[BodyChecksumAt..], bodyChecksum);
    }

    /// <param name="form">The form of the body. For a sparse one, the frame's length is the body's.</param>
    /// <exception cref="ChannelException">This is no valid header.</exception>
    public static Frame Read(ReadOnlySpan<byte> header, out BodyForm form, out ulong bodyChecksum)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
            throw new ChannelException("the other side sent something that is no frame of this version");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]) != Checksum(header))
            throw new ChannelException("the checksum of a frame's header is wrong");
        bodyChecksum = BinaryPrimitives.ReadUInt64LittleEndian(header[BodyChecksumAt..]);
        form = (BodyForm)(header[4] & Forms);
        var kind = (FrameKind)(header[4] & ~Forms);
        bool isPart = kind == FrameKind.Parameters;
        FrameDescription transfer = new(
            kind,
            new ContentHash(BinaryPrimitives.ReadUInt128LittleEndian(header[8..])),
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            Read40(header[28..]),
            isPart ? default : new ShardRange((int)Read24(header[ItemAt..]), (int)Read24(header[(ItemAt + 3)..])),
            (int)Math.Min(int.MaxValue / FrameDescription.PageLength, Read24(header[33..])) * FrameDescription.PageLength,
            isPart ? BinaryPrimitives.ReadInt32LittleEndian(header[ItemAt..]) : 0);
        Frame frame = new(transfer, Read40(header[42..]), (int)Read24(header[5..]), Read40(header[47..]));
        // Enum.IsDefined uses a cache that every garbage collection clears, and allocates to fill it again.
        if (form is not (BodyForm.Whole or BodyForm.Sparse or BodyForm.Shared))
            throw new ChannelException("the other side sent a frame whose body has no known form");
        if (transfer.Kind is < FrameKind.Parameters or > FrameKind.SharingRefused)
            throw new ChannelException($"the other side sent a frame of the unknown kind {(byte)transfer.Kind}");
        if (frame.Length > MaxBody) throw new ChannelException($"a frame of {frame.Length} bytes is announced, and {MaxBody} are the most");
        if (form != BodyForm.Sparse && frame.Offset + frame.Length > frame.Total)
            throw new ChannelException($"a frame ends at byte {frame.Offset + frame.Length} of {transfer}, which has {frame.Total}");
        return frame;
    }

    private static uint Checksum(ReadOnlySpan<byte> header) => (uint)XxHash3.HashToUInt64(header[..ChecksumAt]);

    private static void Write24(Span<byte> at, long value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
        at[2] = (byte)(value >> 16);
    }

    private static long Read24(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at) | ((long)at[2] << 16);

    private static void Write40(Span<byte> at, long value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)value);
        at[4] = (byte)(value >> 32);
    }

    private static long Read40(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at) | ((long)at[4] << 32);
}

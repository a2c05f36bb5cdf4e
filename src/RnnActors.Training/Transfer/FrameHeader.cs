using System.Buffers.Binary;
using System.IO.Hashing;
using RnnActors.Core.Sharding;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The 64 bytes before every body, little-endian: magic and version (4), kind (1), body length (3), run or file (16), epoch (4), step (6), first shard (3), shards (3), offset (6),
/// total length (6), the low half of XXH3-64 of these 52 bytes (4), XXH3-64 of the body (8). The header has its own checksum, since it says where the body goes.
/// </summary>
internal static class FrameHeader
{
    public const int Size = 64;

    /// <summary>The longest body that is accepted.</summary>
    public const int MaxBody = 1 << 20;

    private const uint Magic = 0x01_54_4E_52; // RNT, version 1
    private const int ChecksumAt = 52;
    private const int BodyChecksumAt = 56;
    private const long Max24 = (1L << 24) - 1;
    private const long Max48 = (1L << 48) - 1;

    /// <summary>Whether a description fits; that of a transfer which we make ourselves must.</summary>
    public static void Check(in FrameDescription transfer)
    {
        if (transfer.Epoch is < 0 or > uint.MaxValue || transfer.Step is < 0 or > Max48 || transfer.Shards.First is < 0 or > (int)Max24 || transfer.Shards.Count is < 0 or > (int)Max24)
            throw new ArgumentOutOfRangeException(nameof(transfer), transfer, "Epoch, step or shards are out of range.");
    }

    public static void Write(Span<byte> header, in Frame frame, ulong bodyChecksum)
    {
        FrameDescription transfer = frame.Transfer;
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[4] = (byte)transfer.Kind;
        Write24(header[5..], frame.Length);
        BinaryPrimitives.WriteUInt128LittleEndian(header[8..], transfer.Run.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], (uint)transfer.Epoch);
        Write48(header[28..], transfer.Step);
        Write24(header[34..], transfer.Shards.First);
        Write24(header[37..], transfer.Shards.Count);
        Write48(header[40..], frame.Offset);
        Write48(header[46..], frame.Total);
        BinaryPrimitives.WriteUInt32LittleEndian(header[ChecksumAt..], Checksum(header));
        BinaryPrimitives.WriteUInt64LittleEndian(header[BodyChecksumAt..], bodyChecksum);
    }

    /// <exception cref="ChannelException">This is not a header, or not one that may be.</exception>
    public static Frame Read(ReadOnlySpan<byte> header, out ulong bodyChecksum)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic) throw new ChannelException("the other side sent something that is no frame of this version");
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumAt..]) != Checksum(header)) throw new ChannelException("the checksum of a frame's header is wrong");
        bodyChecksum = BinaryPrimitives.ReadUInt64LittleEndian(header[BodyChecksumAt..]);
        FrameDescription transfer = new(
            (FrameKind)header[4],
            new ContentHash(BinaryPrimitives.ReadUInt128LittleEndian(header[8..])),
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            Read48(header[28..]),
            new ShardRange((int)Read24(header[34..]), (int)Read24(header[37..])));
        Frame frame = new(transfer, Read48(header[40..]), (int)Read24(header[5..]), Read48(header[46..]));
        if (!Enum.IsDefined(transfer.Kind)) throw new ChannelException($"the other side sent a frame of the unknown kind {header[4]}");
        if (frame.Length > MaxBody) throw new ChannelException($"a frame of {frame.Length} bytes is announced, and {MaxBody} are the most");
        if (frame.Offset + frame.Length > frame.Total) throw new ChannelException($"a frame ends at byte {frame.Offset + frame.Length} of {transfer}, which has {frame.Total}");
        return frame;
    }

    private static uint Checksum(ReadOnlySpan<byte> header) => (uint)XxHash3.HashToUInt64(header[..ChecksumAt]);

    private static void Write24(Span<byte> at, long value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
        at[2] = (byte)(value >> 16);
    }

    private static long Read24(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at) | ((long)at[2] << 16);

    private static void Write48(Span<byte> at, long value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)value);
        BinaryPrimitives.WriteUInt16LittleEndian(at[4..], (ushort)(value >> 32));
    }

    private static long Read48(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at) | ((long)BinaryPrimitives.ReadUInt16LittleEndian(at[4..]) << 32);
}

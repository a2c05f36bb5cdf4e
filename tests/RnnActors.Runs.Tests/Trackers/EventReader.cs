using System.Buffers.Binary;
using System.Text;

namespace RnnActors.Runs.Tests.Trackers;

/// <summary>A field of a protobuf message: its number, and its value as a varint, 8 or 4 bytes, or bytes.</summary>
internal readonly record struct WireField(int Number, ulong Value, byte[] Bytes)
{
    public double Double => BitConverter.UInt64BitsToDouble(Value);

    public float Single => BitConverter.UInt32BitsToSingle((uint)Value);

    public string Text => Encoding.UTF8.GetString(Bytes);

    public IReadOnlyList<WireField> Fields => EventReader.Parse(Bytes);
}

/// <summary>
/// Reads TensorBoard's files without a line of what writes them: the frames with a CRC-32C from a table, the messages by protobuf's wire format, by the numbers
/// in TensorFlow's event.proto.
/// </summary>
internal static class EventReader
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n =>
    {
        uint crc = (uint)n;
        for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        return crc;
    })];

    /// <summary>The events of a file. A wrong check sum, or a torn frame, is an exception.</summary>
    public static IReadOnlyList<IReadOnlyList<WireField>> Read(string path)
    {
        byte[] file = ReadShared(path);
        List<IReadOnlyList<WireField>> events = [];
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Check(file.AsSpan(at, 8), file.AsSpan(at + 8, 4));
            Check(file.AsSpan(at + 12, length), file.AsSpan(at + 12 + length, 4));
            events.Add(Parse(file.AsSpan(at + 12, length).ToArray()));
            at += 16 + length;
        }

        return events;
    }

    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data) crc = Table[(crc ^ value) & 255] ^ (crc >> 8);
        return ~crc;
    }

    public static IReadOnlyList<WireField> Parse(byte[] message)
    {
        List<WireField> fields = [];
        for (int at = 0; at < message.Length;)
        {
            ulong key = Varint(message, ref at);
            int number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add(new(number, Varint(message, ref at), []));
                    break;
                case 1:
                    fields.Add(new(number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), []));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(message, ref at);
                    fields.Add(new(number, 0, message.AsSpan(at, length).ToArray()));
                    at += length;
                    break;
                case 5:
                    fields.Add(new(number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), []));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {key & 7}");
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128) return value;
        }
    }

    private static void Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> sum)
    {
        uint crc = Crc32C(data), masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8;
        if (masked != BinaryPrimitives.ReadUInt32LittleEndian(sum)) throw new InvalidDataException("a check sum is wrong");
    }

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}

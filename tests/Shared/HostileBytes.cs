using System.Buffers.Binary;
using System.Text;

namespace RnnActors.Tests;

/// <summary>Valid files, damaged as chance and malice do it: bits turned, ends cut off, parts spliced and repeated, lengths blown up, numbers that few
/// expect.</summary>
internal static class HostileBytes
{
    private static readonly string[] Words =
    [
        "NaN", "-NaN", "Infinity", "-1e999", "1e-999", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "4294967296", "2147483648",
            "-1", "0", "00", "1_000", "1,5", "0x10",
        "1e308", "3.5e38", "-0", "", " ", "null", "true", "\"", "\"\"", "'", "\\", "\0", "\uFEFF", "\n", "\r", "\r\n\r\n", "\t", ",", ";", ":", "{", "}", "[",
            "]", "{}", "[]", "@data", "#", "//", "/*",
        "\ud83d\ude00", "İ", "٣", "../../etc/passwd", "/etc/passwd", "..\\x", "%s%n", "$type", "9999-12-31", "0001-01-01", "2024-02-30", "24:00:00",
            "2024-03-31T02:30:00",
    ];

    private static readonly ulong[] Edges =
        [0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, 0x8000_0000, uint.MaxValue, 0x1_0000_0000, long.MaxValue, 0x8000_0000_0000_0000,
        ulong.MaxValue];

    /// <summary>A few changes to one of some valid files.</summary>
    public static byte[] Mutate(Random random, IReadOnlyList<byte[]> valid)
    {
        List<byte> bytes = [.. valid[random.Next(valid.Count)]];
        for (int change = random.Next(4); change >= 0; change--) Change(random, bytes, valid);
        return [.. bytes];
    }

    private static void Change(Random random, List<byte> bytes, IReadOnlyList<byte[]> valid)
    {
        int at = random.Next(bytes.Count + 1), length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(2) == 0 ? 8 : 200));
        switch (random.Next(12))
        {
            case 0 when at < bytes.Count: // a bit
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count: // a byte
                bytes[at] = (byte)random.Next(256);
                break;
            case 2: // the end is lost
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3: // a part is lost
                bytes.RemoveRange(at, length);
                break;
            case 4: // a part of another file, or of this one
                byte[] other = valid[random.Next(valid.Count)];
                int from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, random.Next(other.Length - from + 1)));
                break;
            case 5: // a part again and again
                byte[] part = [.. bytes.Skip(at).Take(length)];
                for (int times = random.Next(random.Next(4) == 0 ? 400 : 4); times > 0 && bytes.Count < 200_000; times--) bytes.InsertRange(at, part);
                break;
            case 6 or 7: // a length, a count or an offset
                Overwrite(random, bytes, at);
                break;
            case 8: // one character, very often
                byte[] deep = new byte[random.Next(8) == 0 ? 100_000 : random.Next(40)];
                deep.AsSpan().Fill("[{(\"<-0 9,\n\t"u8[random.Next(12)]);
                bytes.InsertRange(at, deep);
                break;
            case 9: // a number in digits
                Replace(random, bytes, at);
                break;
            case 10: // noise
                byte[] noise = new byte[random.Next(20)];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            default:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
                break;
        }
    }

    private static void Overwrite(Random random, List<byte> bytes, int at)
    {
        Span<byte> value = stackalloc byte[8];
        ulong edge = random.Next(3) == 0 ? (ulong)random.NextInt64() : Edges[random.Next(Edges.Length)];
        int size = 1 << random.Next(4);
        if (random.Next(4) == 0) BinaryPrimitives.WriteUInt64BigEndian(value, edge << (8 * (8 - size)));
        else BinaryPrimitives.WriteUInt64LittleEndian(value, edge);
        for (int i = 0; i < size && at + i < bytes.Count; i++) bytes[at + i] = value[i];
    }

    /// <summary>The next digits after a place become a word.</summary>
    private static void Replace(Random random, List<byte> bytes, int at)
    {
        int begin = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
        if (begin < 0) return;
        int end = bytes.FindIndex(begin, b => b is not ((>= (byte)'0' and <= (byte)'9') or (byte)'.'));
        bytes.RemoveRange(begin, (end < 0 ? bytes.Count : end) - begin);
        bytes.InsertRange(begin, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
    }
}

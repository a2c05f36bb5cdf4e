using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using RnnActors.Runs.Trackers.TensorBoard.Schema;

namespace RnnActors.Runs.Trackers.TensorBoard;

/// <summary>
/// An event file for TensorBoard: TFRecords, each with an 8-byte length, the masked CRC-32C of the length, the data, and the masked CRC-32C of the data
/// (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details).
/// </summary>
internal sealed class EventFile : IDisposable
{
    /// <summary>The version that the first event must have.</summary>
    public const string Version = "brain.Event:2";

    private const uint MaskDelta = 0xa282ead8;
    private const int MaxNumber = 1000;

    private readonly FileStream _stream;

    private EventFile(FileStream stream) => _stream = stream;

    public string Path => _stream.Name;

    /// <summary>Creates a new file in the folder. Its name begins as TensorBoard requires, and is unique within the second.</summary>
    public static EventFile Create(string folder, DateTimeOffset when)
    {
        Directory.CreateDirectory(folder);
        string name = $"events.out.tfevents.{when.ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}";
        for (int number = 0; ; number++)
        {
            try
            {
                var file = new EventFile(new FileStream(System.IO.Path.Combine(folder, $"{name}.{number}"), FileMode.CreateNew, FileAccess.Write,
                    FileShare.Read | FileShare.Delete));
                file.Write(new Event { WallTime = SecondsOf(when), FileVersion = Version });
                return file;
            }
            catch (IOException) when (number < MaxNumber && File.Exists(System.IO.Path.Combine(folder, $"{name}.{number}")))
            {
                // that name is taken within this second: try the next
            }
        }
    }

    public static double SecondsOf(DateTimeOffset when) => when.ToUnixTimeMilliseconds() / 1000.0;

    public void Write(Event happened)
    {
        byte[] data = happened.ToByteArray();
        Span<byte> frame = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(frame, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], MaskedCrc(frame[..8]));
        _stream.Write(frame);
        _stream.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, MaskedCrc(data));
        _stream.Write(frame[..4]);
    }

    public void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        int at = 0;
        for (; at + sizeof(ulong) <= data.Length; at += sizeof(ulong)) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data[at..]));
        for (; at < data.Length; at++) crc = BitOperations.Crc32C(crc, data[at]);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}

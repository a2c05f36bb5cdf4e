using System.Buffers.Binary;
using System.Globalization;
using NAudio.Wave;
using NAudio.Wave.SampleProviders;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Sound;

/// <summary>Reads WAV files: PCM of 8, 16, 24 and 32 bits and floating point, of any sample rate; several channels are averaged.</summary>
public static class WavFile
{
    /// <summary>The sample rates that are accepted. Others are errors, and resampling from them could take any amount of memory.</summary>
    private const int MinRate = 1000, MaxRate = 768_000;

    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <param name="rate">The wanted sample rate, in hertz; null for the file's own.</param>
    /// <exception cref="InvalidInputException">It cannot be read, is not a WAV file, is compressed or truncated, or has no samples.</exception>
    public static Recording Read(string path, string shown, int? rate = null)
    {
        var where = new SourceLocation(shown);
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            using var reader = new WaveFileReader(new MemoryStream(bytes));
            Recording recording = Read(reader, where);
            if (IsTruncated(bytes)) throw new InvalidInputException("the file ends before its sound does: it was not fully written or copied",
                "Copy it again, or leave it out", where);
            return rate is { } wanted && wanted != recording.Rate ? Resample(recording, wanted) : recording;
        }
        catch (Exception problem) when (problem is FormatException or EndOfStreamException or InvalidDataException or ArgumentException or OverflowException
            or InvalidOperationException)
        {
            throw new InvalidInputException("this is not a complete WAV file", "Give a recording as WAV, for instance: ffmpeg -i FILE out.wav", where, problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the file cannot be read: {problem.Message.TrimEnd('.')}", null, where, problem);
        }
    }

    /// <summary>Resamples a recording.</summary>
    public static Recording Resample(Recording recording, int rate)
    {
        var resampler = new WdlResamplingSampleProvider(new Samples(recording), rate);
        return new Recording(ReadAll(resampler), rate);
    }

    private static Recording Read(WaveFileReader reader, SourceLocation where)
    {
        WaveFormat format = reader.WaveFormat;
        bool isKnown = format.Encoding is WaveFormatEncoding.Pcm or WaveFormatEncoding.IeeeFloat or WaveFormatEncoding.Extensible;
        if (!isKnown)
        {
            throw new InvalidInputException(
                $"its sound is compressed ({format.Encoding}), and only PCM and floating point are read",
                "Convert it, for instance: ffmpeg -i FILE -c:a pcm_s16le out.wav", where);
        }

        if (format.Channels < 1 || format.SampleRate < 1 || format.BlockAlign < 1) throw new FormatException("The format says no channels or no rate.");
        if (format.SampleRate is < MinRate or > MaxRate)
        {
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture, $"it says {format.SampleRate} samples a second, and {MinRate} to {MaxRate} are read"),
                    "Convert it, for instance: ffmpeg -i FILE -ar 16000 out.wav", where);
        }

        if (reader.Length == 0) throw new InvalidInputException("there are no samples in it", "Record it again, or leave it out", where);
        float[] all = ReadAll(reader.ToSampleProvider());
        int channels = format.Channels;
        if (all.Length < channels) throw new InvalidInputException("there are no samples in it", "Record it again, or leave it out", where);
        var mono = new float[all.Length / channels];
        for (int i = 0; i < mono.Length; i++)
        {
            float sum = 0;
            for (int channel = 0; channel < channels; channel++) sum += all[(i * channels) + channel];
            mono[i] = sum / channels;
            if (!float.IsFinite(mono[i])) throw new InvalidInputException($"sample {i} is not a number", "Record it again, or leave it out", where);
        }

        return new Recording(mono, format.SampleRate);
    }

    /// <summary>
    /// Whether the data chunk claims more bytes than the file has. A program that writes to a pipe does not know the length, and claims the maximum.
    /// </summary>
    private static bool IsTruncated(ReadOnlySpan<byte> bytes)
    {
        for (long at = 12; at + 8 <= bytes.Length;)
        {
            ReadOnlySpan<byte> head = bytes[(int)at..];
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (head.StartsWith("data"u8)) return size < uint.MaxValue && at + 8 + size > bytes.Length;
            at += 8 + size + (size % 2);
        }

        return false;
    }

    private static float[] ReadAll(ISampleProvider provider)
    {
        List<float> samples = [];
        float[] buffer = new float[1 << 14];
        while (provider.Read(buffer) is var count and > 0) samples.AddRange(buffer.AsSpan(0, count));
        return [.. samples];
    }

    /// <summary>Samples in memory, as a source for the library.</summary>
    private sealed class Samples(Recording recording) : ISampleProvider
    {
        private int _at;

        public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(recording.Rate, 1);

        public int Read(Span<float> buffer)
        {
            int count = Math.Min(buffer.Length, recording.Samples.Length - _at);
            recording.Samples.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}

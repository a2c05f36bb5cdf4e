using System.Text;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Sound;
using Xunit;

namespace RnnActors.Data.Tests.Sound;

public sealed class WavFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rnnactors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1, 8, 1, 0.02)]
    [InlineData(1, 16, 1, 1e-4)]
    [InlineData(1, 16, 2, 1e-4)]
    [InlineData(1, 24, 1, 1e-6)]
    [InlineData(1, 32, 1, 1e-6)]
    [InlineData(3, 32, 2, 1e-7)]
    public void Samples_of_every_format_are_read(int code, int bits, int channels, double tolerance)
    {
        float[] samples = [0, 0.25f, -0.5f, 0.75f, -0.75f];
        Recording recording = Read(WavBytes.Of(code, bits, channels, 8000, samples));
        Assert.Equal((8000, 5), (recording.Rate, recording.Samples.Length));
        for (int i = 0; i < samples.Length; i++) Assert.InRange(recording.Samples[i], samples[i] - tolerance, samples[i] + tolerance);
    }

    [Fact]
    public void A_tone_keeps_its_length_and_frequency_at_another_rate()
    {
        float[] tone = [.. Enumerable.Range(0, 8000).Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * 200 * i / 8000)))];
        Recording faster = WavFile.Resample(new Recording(tone, 8000), 16000);
        Assert.InRange(faster.Samples.Length, 15900, 16100);
        int crossings = Enumerable.Range(1000, 14000).Count(i => faster.Samples[i] < 0 != faster.Samples[i + 1] < 0);
        Assert.InRange(crossings, 340, 360);
    }

    [Fact]
    public void What_is_no_whole_recording_is_refused_with_its_name()
    {
        byte[] whole = WavBytes.Of(1, 16, 1, 8000, [0.1f, 0.2f, 0.3f, 0.4f]);
        Refused("the file ends before its sound does", whole[..^3]);
        Refused("there are no samples in it", WavBytes.Of(1, 16, 1, 8000, []));
        Refused("its sound is compressed (Adpcm)", WavBytes.Of(2, 4, 1, 8000, [0.1f, 0.2f]));
        Refused("this is not a complete WAV file", Encoding.ASCII.GetBytes("RIFFxxxxWAVE"));
        Refused("this is not a complete WAV file", []);
        Refused("this is not a complete WAV file", Encoding.ASCII.GetBytes("hello, this is a text that is long enough to be a header of forty-four bytes"));
        void Refused(string problem, byte[] bytes) =>
            Assert.StartsWith($"a.wav: {problem}", Assert.Throws<InvalidInputException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_bytes_are_read_or_refused()
    {
        byte[] whole = WavBytes.Of(1, 16, 2, 8000, [.. Enumerable.Range(0, 50).Select(i => i / 100f)]);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length]).Sample((at, value, length) =>
        {
            byte[] bytes = [.. whole[..length]];
            if (at < bytes.Length) bytes[at] = value;
            try
            {
                Assert.NotEmpty(Read(bytes).Samples);
            }
            catch (InvalidInputException refused)
            {
                Assert.StartsWith("a.wav: ", refused.Message, StringComparison.Ordinal);
            }
        }, iter: 1000, threads: 1);
    }

    [Fact]
    public void Silence_clipping_and_short_sounds_are_seen()
    {
        Assert.Equal("silent", new Recording(new float[8000], 8000).Anomaly());
        Assert.Equal("very short", new Recording(new float[100], 8000).Anomaly());
        Assert.Equal("clipped", new Recording([.. Enumerable.Range(0, 8000).Select(i => i % 10 == 0 ? 1f : 0.1f)], 8000).Anomaly());
        Assert.Null(new Recording([.. Enumerable.Range(0, 8000).Select(i => i % 10 / 20f)], 8000).Anomaly());
    }

    private Recording Read(byte[] bytes)
    {
        string path = Path.Combine(_folder.FullName, "a.wav");
        File.WriteAllBytes(path, bytes);
        return WavFile.Read(path, "a.wav");
    }
}

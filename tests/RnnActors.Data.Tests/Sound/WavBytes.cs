using System.Text;

namespace RnnActors.Data.Tests.Sound;

/// <summary>WAV files.</summary>
internal static class WavBytes
{
    /// <summary>A file of samples, each in every channel.</summary>
    public static byte[] Of(int code, int bits, int channels, int rate, float[] samples)
    {
        using var data = new MemoryStream();
        using (var writer = new BinaryWriter(data, Encoding.ASCII, leaveOpen: true))
        {
            foreach (float sample in samples)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    if (code == 3) writer.Write(sample);
                    else if (bits == 8) writer.Write((byte)Math.Clamp(128 + (sample * 127), 0, 255));
                    else if (bits == 16) writer.Write((short)(sample * 32767));
                    else if (bits == 32) writer.Write((int)(sample * 2147483000.0));
                    else writer.Write(BitConverter.GetBytes((int)(sample * 8388607))[..3]);
                }
            }
        }

        int block = Math.Max(1, channels * bits / 8);
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, Encoding.ASCII, leaveOpen: true))
        {
            writer.Write("RIFF"u8);
            writer.Write((int)(36 + data.Length));
            writer.Write("WAVEfmt "u8);
            writer.Write(16);
            writer.Write((short)code);
            writer.Write((short)channels);
            writer.Write(rate);
            writer.Write(rate * block);
            writer.Write((short)block);
            writer.Write((short)bits);
            writer.Write("data"u8);
            writer.Write((int)data.Length);
            writer.Write(data.ToArray());
        }

        return file.ToArray();
    }
}

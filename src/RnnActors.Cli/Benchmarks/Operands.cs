using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Values for kernels to work on.</summary>
internal static class Operands
{
    /// <summary>Uniform in [<paramref name="least"/>, 1).</summary>
    public static AlignedBuffer Noise(int length, float least = -1)
    {
        var random = new Random(1);
        var buffer = new AlignedBuffer(length);
        foreach (ref float value in buffer.Span) value = least + ((1 - least) * random.NextSingle());
        return buffer;
    }
}

using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Operands of kernels.</summary>
internal static class Operands
{
    /// <summary>Uniformly distributed in [<paramref name="min"/>, 1).</summary>
    public static AlignedBuffer Noise(int length, float min = -1)
    {
        var random = new Random(1);
        var buffer = new AlignedBuffer(length);
        foreach (ref float value in buffer.Span) value = min + ((1 - min) * random.NextSingle());
        return buffer;
    }
}

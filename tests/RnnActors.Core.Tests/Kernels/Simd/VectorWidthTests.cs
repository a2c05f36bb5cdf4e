using RnnActors.Core.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Simd;

/// <summary>Tests that change the vector width of the process. They run one after another; every
/// other test sees the same bits at whatever width it meets.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class VectorWidthTests
{
    public const string Name = "Vector width";

    /// <summary>What <paramref name="compute"/> gives at each width, the widest first. Widths that the hardware lacks are emulated by the runtime.</summary>
    internal static T[] AtEveryWidth<T>(Func<T> compute)
    {
        VectorWidth before = Vectors.Width;
        try
        {
            return [.. new[] { VectorWidth.Bits512, VectorWidth.Bits256, VectorWidth.Bits128, VectorWidth.Scalar }.Select(width =>
            {
                Vectors.Width = width;
                return compute();
            })];
        }
        finally
        {
            Vectors.Width = before;
        }
    }

    internal static void AssertSameBitsAtEveryWidth(Func<float[]> compute)
    {
        float[][] results = AtEveryWidth(compute);
        foreach (float[] other in results[1..]) SameBits.Assert(results[0], other);
    }
}

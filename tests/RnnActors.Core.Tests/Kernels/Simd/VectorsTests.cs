using System.Runtime.Intrinsics.X86;
using RnnActors.Core.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Simd;

public class VectorsTests
{
    /// <summary>On some processors <c>Vector512.IsHardwareAccelerated</c> is false though they have AVX-512.</summary>
    [Fact]
    public void A_processor_with_AVX_512_has_vectors_of_512_bits() => Assert.Equal(Avx512F.IsSupported, Vectors.Widest == VectorWidth.Bits512);
}

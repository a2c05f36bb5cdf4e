namespace RnnActors.Core.Kernels.Simd;

/// <summary>The vector widths that kernels are compiled for.</summary>
public enum VectorWidth
{
    Scalar = 32,
    Bits128 = 128,
    Bits256 = 256,
    Bits512 = 512,
}

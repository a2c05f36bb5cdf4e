using System.Runtime.Intrinsics;

namespace RnnActors.Core.Kernels.Simd;

/// <summary>Runs a kernel at the vector width in use; the only place that does.</summary>
public static class Dispatch
{
    public static void Run<TKernel>(ref TKernel kernel)
        where TKernel : struct, IKernel
    {
        switch (Vectors.Width)
        {
            case VectorWidth.Bits512:
                kernel.Run<Simd512, Vector512<float>>();
                break;
            case VectorWidth.Bits256:
                kernel.Run<Simd256, Vector256<float>>();
                break;
            case VectorWidth.Bits128:
                kernel.Run<Simd128, Vector128<float>>();
                break;
            default:
                kernel.Run<SimdScalar, float>();
                break;
        }
    }
}

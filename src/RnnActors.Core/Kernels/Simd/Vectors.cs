using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnActors.Core.Kernels.Simd;

/// <summary>
/// The one place that chooses a vector width. The widest that the hardware has is taken, unless the environment variable RNNACTORS_VECTOR (512, 256, 128 or 1)
/// asks for another one. The results are the same bits either way.
/// </summary>
public static class Vectors
{
    public const string EnvironmentVariable = "RNNACTORS_VECTOR";

    /// <summary>Columns of a panel at the widest vector.</summary>
    internal const int WidestPanel = (int)VectorWidth.Bits512 / 16;

    /// <summary>The width in use. It is read at the start of each kernel; tests set it to compare the widths in one process.</summary>
    public static VectorWidth Width { get; internal set; } = Choose(Environment.GetEnvironmentVariable(EnvironmentVariable));

    /// <summary>
    /// The widest that the processor has. AVX-512 is asked for by its own name. On processors whose clock it may lower (Skylake-SP, Cascade Lake), the runtime
    /// says that Vector512 is not accelerated, though it compiles it to whole vectors. Matrix products take twice as long without it.
    /// </summary>
    public static VectorWidth Widest =>
        Avx512F.IsSupported ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Bits128
        : VectorWidth.Scalar;

    /// <summary>Columns of a matrix that are computed together at the width in use, a panel: two vectors.</summary>
    internal static int PanelWidth => (int)Width / 16;

    private static VectorWidth Choose(string? asked) => asked switch
    {
        "512" => VectorWidth.Bits512,
        "256" => VectorWidth.Bits256,
        "128" => VectorWidth.Bits128,
        "1" => VectorWidth.Scalar,
        _ => Widest,
    };
}

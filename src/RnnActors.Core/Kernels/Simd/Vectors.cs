using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnActors.Core.Kernels.Simd;

/// <summary>
/// Chooses the vector width: the widest that the hardware has, unless the environment variable RNNACTORS_VECTOR (512, 256, 128 or 1) asks for another. The
/// results are the same bits either way.
/// </summary>
public static class Vectors
{
    public const string EnvironmentVariable = "RNNACTORS_VECTOR";

    /// <summary>Columns of a panel at the widest vector width.</summary>
    internal const int WidestPanel = (int)VectorWidth.Bits512 / 16;

    /// <summary>The width in use. Each kernel reads it when it starts; tests set it to compare the widths in one process.</summary>
    public static VectorWidth Width { get; internal set; } = Choose(Environment.GetEnvironmentVariable(EnvironmentVariable));

    /// <summary>
    /// The widest that the processor has. AVX-512 is queried directly. On processors whose clock it may lower (Skylake-SP, Cascade Lake), the runtime reports
    /// Vector512 as not accelerated, though it compiles it to whole vectors. Matrix products take twice as long without it.
    /// </summary>
    public static VectorWidth Widest =>
        Avx512F.IsSupported ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Bits128
        : VectorWidth.Scalar;

    /// <summary>Columns of a panel (two vectors) at the width in use; they are computed together.</summary>
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

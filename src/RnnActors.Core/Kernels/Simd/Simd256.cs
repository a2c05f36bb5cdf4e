using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector256<float>;

namespace RnnActors.Core.Kernels.Simd;

/// <summary>Eight lanes: AVX2.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vec>
{
    private const int SignificandBits = 0x007F_FFFF;
    private const int One = 0x3F80_0000;

    /// <summary>2²³ + 127: adding it to n leaves n + 127 in the lowest bits, without the cost of a saturating conversion.</summary>
    private const float ExponentBias = 8_388_735;

    public static int Count => 8;

    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vec value, float* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToScalar(Vec value) => value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Set(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Add(Vec a, Vec b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Subtract(Vec a, Vec b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Multiply(Vec a, Vec b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Divide(Vec a, Vec b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Fma(Vec a, Vec b, Vec c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Sqrt(Vec a) => Vector256.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Abs(Vec a) => Vector256.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Round(Vec a) => Vector256.Round(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec SelectLess(Vec a, Vec b, Vec whenTrue, Vec whenFalse) => Vector256.ConditionalSelect(Vector256.LessThan(a, b), whenTrue, whenFalse);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec SelectEqual(Vec a, Vec b, Vec whenTrue, Vec whenFalse) => Vector256.ConditionalSelect(Vector256.Equals(a, b), whenTrue, whenFalse);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Pow2(Vec n) => ((n + Vector256.Create(ExponentBias)).AsInt32() << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Exponent(Vec a) => Vector256.ConvertToSingle((a.AsInt32() >>> 23) - Vector256.Create(127));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec Significand(Vec a) => ((a.AsInt32() & Vector256.Create(SignificandBits)) | Vector256.Create(One)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec CopySign(Vec magnitude, Vec sign) => Vector256.CopySign(magnitude, sign);
}

namespace RnnActors.Core.Kernels.Simd;

/// <summary>
/// The operations of one vector width, so that a kernel is written once and compiled by the JIT for each width. Every operation is exact IEEE 754 float32
/// arithmetic in each lane, so the width never changes a bit of a result.
/// </summary>
/// <typeparam name="TVec">The vector: <c>Vector512&lt;float&gt;</c>, <c>Vector256&lt;float&gt;</c>,
/// <c>Vector128&lt;float&gt;</c>, or <c>float</c> itself.</typeparam>
public unsafe interface ISimd<TVec>
    where TVec : struct
{
    /// <summary>Lanes in a vector: 16, 8, 4 or 1.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of the largest tile of a matrix product whose accumulators fit into registers beside two vectors of the right operand.</summary>
    static abstract int TileRows { get; }

    static abstract TVec Load(float* source);

    static abstract void Store(TVec value, float* destination);

    /// <summary>The value of the first lane.</summary>
    static abstract float ToScalar(TVec value);

    /// <summary>The same value in every lane.</summary>
    static abstract TVec Set(float value);

    static abstract TVec Add(TVec a, TVec b);

    static abstract TVec Subtract(TVec a, TVec b);

    static abstract TVec Multiply(TVec a, TVec b);

    static abstract TVec Divide(TVec a, TVec b);

    /// <summary><c>a·b + c</c>, rounded once.</summary>
    static abstract TVec Fma(TVec a, TVec b, TVec c);

    static abstract TVec Sqrt(TVec a);

    static abstract TVec Abs(TVec a);

    /// <summary>The nearest integer, ties to even.</summary>
    static abstract TVec Round(TVec a);

    /// <summary><c>a &lt; b ? whenTrue : whenFalse</c> in each lane; false where either is NaN.</summary>
    static abstract TVec SelectLess(TVec a, TVec b, TVec whenTrue, TVec whenFalse);

    /// <summary><c>a == b ? whenTrue : whenFalse</c> in each lane; false where either is NaN.</summary>
    static abstract TVec SelectEqual(TVec a, TVec b, TVec whenTrue, TVec whenFalse);

    /// <summary>2ⁿ of an integral <paramref name="n"/> in [-126, 127], made from its exponent bits.</summary>
    static abstract TVec Pow2(TVec n);

    /// <summary>The unbiased exponent of a positive normal number, as a float.</summary>
    static abstract TVec Exponent(TVec a);

    /// <summary>The significand of a positive normal number, in [1, 2).</summary>
    static abstract TVec Significand(TVec a);

    /// <summary>The magnitude of the first with the sign of the second.</summary>
    static abstract TVec CopySign(TVec magnitude, TVec sign);
}

using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnActors.Core.Kernels;

/// <summary>
/// Two sets of vectors, each made orthonormal by the modified Gram-Schmidt process, done twice, in double: for every other vector before it, v -= (v·other)·other,
/// and that again; then v /= |v|. Gaussian vectors become a matrix that is uniformly distributed over the orthogonal ones (the signs of its diagonal in the QR
/// decomposition are positive).
/// </summary>
/// <remarks>
/// The sums of products go in order of the elements, which is a part of the result, so each is a chain of additions that waits for the one before. To fill the
/// time, four chains run at once: the two sets in the two lanes of a vector, and a vector's second time beside the next vector's first, which need the
/// same others. The memory is mapped, so that it is given back at once: training, which comes next, needs none like it, and what is freed in the C library's heap may stay there.
/// </remarks>
internal sealed unsafe class OrthonormalPair : IDisposable
{
    public const int Sets = 2;

    /// <summary>Elements that the others are asked for ahead of their use, across the ends of pages, where the hardware would wait: a third faster at 1,024.</summary>
    private const int Ahead = 1024;

    private readonly int _count, _length;

    /// <summary>(count + 1, length, sets); the last vectors are zeros that stand beside the last ones to be made.</summary>
    private readonly double* _elements;

    private readonly MemoryMappedFile _memory;
    private readonly MemoryMappedViewAccessor _view;

    /// <param name="count">Vectors of a set, at most <paramref name="length"/>.</param>
    /// <param name="length">Elements of a vector.</param>
    public OrthonormalPair(int count, int length)
    {
        (_count, _length) = (count, length);
        _memory = MemoryMappedFile.CreateNew(null, (count + 1L) * length * Sets * sizeof(double));
        _view = _memory.CreateViewAccessor();
        byte* first = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref first);
        _elements = (double*)first;
    }

    /// <param name="i">The element's number in its set, vector after vector.</param>
    public double this[int set, int i]
    {
        get => _elements[((long)i * Sets) + set];
        set => _elements[((long)i * Sets) + set] = value;
    }

    public void Orthonormalise()
    {
        for (int v = 0; v < _count; v++)
        {
            double* vector = VectorAt(v), next = VectorAt(v + 1);
            SubtractOthers(vector, next, v);
            Normalise(vector);
            if (v + 1 < _count) Subtract(vector, next);
        }
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _memory.Dispose();
    }

    private double* VectorAt(int v) => _elements + ((long)v * _length * Sets);

    /// <summary>Takes the first <paramref name="others"/> vectors out of two: each subtraction goes with the products with the next other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SubtractOthers(double* a, double* b, int others)
    {
        if (others == 0) return;
        int end = _length * Sets;
        double* other = _elements;
        Vector128<double> sumA = default, sumB = default;
        for (int i = 0; i < end; i += Sets)
        {
            Vector128<double> q = Vector128.Load(other + i);
            sumA += Vector128.Load(a + i) * q;
            sumB += Vector128.Load(b + i) * q;
        }

        for (int k = 1; k < others; k++)
        {
            double* following = other + end;
            Vector128<double> factorA = sumA, factorB = sumB;
            sumA = sumB = default;
            for (int i = 0; i < end; i += Sets)
            {
                if (Sse.IsSupported) Sse.Prefetch0(following + i + Ahead);
                Vector128<double> q = Vector128.Load(other + i), p = Vector128.Load(following + i);
                Vector128<double> x = Vector128.Load(a + i) - (q * factorA), y = Vector128.Load(b + i) - (q * factorB);
                Vector128.Store(x, a + i);
                Vector128.Store(y, b + i);
                sumA += x * p;
                sumB += y * p;
            }

            other = following;
        }

        for (int i = 0; i < end; i += Sets)
        {
            Vector128<double> q = Vector128.Load(other + i);
            Vector128.Store(Vector128.Load(a + i) - (q * sumA), a + i);
            Vector128.Store(Vector128.Load(b + i) - (q * sumB), b + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Subtract(double* other, double* vector)
    {
        int end = _length * Sets;
        Vector128<double> factor = default;
        for (int i = 0; i < end; i += Sets) factor += Vector128.Load(vector + i) * Vector128.Load(other + i);
        for (int i = 0; i < end; i += Sets) Vector128.Store(Vector128.Load(vector + i) - (Vector128.Load(other + i) * factor), vector + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalise(double* vector)
    {
        int end = _length * Sets;
        Vector128<double> square = default;
        for (int i = 0; i < end; i += Sets) square += Vector128.Load(vector + i) * Vector128.Load(vector + i);
        Vector128<double> norm = Vector128.Sqrt(square);
        for (int i = 0; i < end; i += Sets) Vector128.Store(Vector128.Load(vector + i) / norm, vector + i);
    }
}

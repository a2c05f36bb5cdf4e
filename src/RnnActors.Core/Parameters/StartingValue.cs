using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Parameters;

/// <summary>How a parameter is initialised: a pure function of the parameter's random key and each value's index.</summary>
public sealed class StartingValue
{
    /// <summary>Uniform values per work item: few enough that every core gets some.</summary>
    private const int PieceLength = 1 << 16;

    public static readonly StartingValue Zero = Constant(0);

    private readonly Func<Memory<float>, PhiloxKey, IEnumerable<Action>> _pieces;

    private StartingValue(Func<Memory<float>, PhiloxKey, IEnumerable<Action>> pieces) => _pieces = pieces;

    /// <summary>The same value everywhere.</summary>
    public static StartingValue Constant(double value) => new((values, _) => [() => values.Span.Fill((float)value)]);

    /// <summary>Zeros except for one gate's part of a bias.</summary>
    /// <param name="gate">Index of the gate.</param>
    /// <param name="gates">Number of gates, whose parts are equal.</param>
    public static StartingValue OfGate(int gate, int gates, double value) => new((values, _) =>
    [
        () =>
        {
            values.Span.Clear();
            Part(values, gates, gate).Span.Fill((float)value);
        },
    ]);

    /// <summary>Uniform in [-limit, limit).</summary>
    public static StartingValue Uniform(double limit) => new((values, key) =>
        Enumerable.Range(0, (values.Length + PieceLength - 1) / PieceLength).Select(
            piece => (Action)(() => FillUniform(limit, values.Span, piece * PieceLength, new RandomSequence(key)))));

    /// <summary>Each of the stacked (rows, columns) matrices is random orthogonal: its rows are orthonormal, or its columns where they are fewer.</summary>
    /// <param name="rows">Rows of one matrix.</param>
    /// <param name="gates">Number of stacked matrices.</param>
    public static StartingValue Orthogonal(int rows, int columns, int gates) => new((values, key) =>
        Enumerable.Range(0, gates).Select(gate => (Action)(() => FillOrthogonal(rows, columns, Part(values, gates, gate).Span, gate, key))));

    /// <summary>The work items that initialise one parameter, which can run in any order and on any thread.</summary>
    internal IEnumerable<Action> Pieces(Memory<float> values, PhiloxKey key) => _pieces(values, key);

    private static Memory<float> Part(Memory<float> values, int parts, int part) => values.Slice(part * (values.Length / parts), values.Length / parts);

    /// <param name="random">The sequence of the whole parameter, of which each value takes two words.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillUniform(double limit, Span<float> values, int first, RandomSequence random)
    {
        random.Skip(2L * first);
        int end = Math.Min(values.Length, first + PieceLength);
        for (int i = first; i < end; i++) values[i] = (float)(((2.0 * random.NextDouble()) - 1) * limit);
    }

    /// <summary>Fills one gate's matrix, orthogonal by itself.</summary>
    /// <param name="key">The key of the whole parameter, of which each value takes one block.</param>
    private static void FillOrthogonal(int rows, int columns, Span<float> matrix, int gate, PhiloxKey key)
    {
        bool isWide = rows <= columns;
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        Span<float> vectors = isWide ? matrix : new float[matrix.Length];
        Gaussian.Fill(vectors, key, (long)gate * matrix.Length);
        GramSchmidt.Orthonormalise(vectors, count, length);
        if (!isWide) Transpose.Copy(vectors, length, matrix, count);
        ThreadMemory.GiveBack(); // scratch of the products: this is a thread of the pool, and training uses its own threads
    }
}

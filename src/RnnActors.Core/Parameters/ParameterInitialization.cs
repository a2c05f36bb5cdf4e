using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Tiles;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Parameters;

/// <summary>Makes the values that training starts from. Each depends on the seed, the parameter's number and its place alone.</summary>
public static class ParameterInitialization
{
    /// <summary>Uniform values that are made in one go; as many as leave every core some.</summary>
    private const int PieceLength = 1 << 16;

    /// <summary>Writes over every parameter of the block; the gaps stay as they are. Works on as many cores as there are.</summary>
    public static void Fill(ParameterLayout layout, Memory<float> block, ulong seed)
    {
        List<Action> pieces = [];
        for (int i = 0; i < layout.Slots.Count; i++)
        {
            var slot = layout.Slots[i];
            pieces.AddRange(Pieces(slot, block.Slice(slot.Offset, slot.Length), PhiloxKey.Of(seed, RandomPurpose.InitialWeights, layer: i)));
        }

        Parallel.ForEach(Partitioner.Create(pieces, EnumerablePartitionerOptions.NoBuffering), piece => piece());
    }

    /// <summary>The work of making one parameter, in pieces that can be done in any order.</summary>
    private static IEnumerable<Action> Pieces(ParameterSlot slot, Memory<float> values, PhiloxKey key) => slot.Start switch
    {
        ConstantStart constant => [() => values.Span.Fill((float)constant.Value)],
        GateStart gate => [() => FillGate(gate, values.Span)],
        UniformStart uniform => Enumerable.Range(0, (values.Length + PieceLength - 1) / PieceLength).Select(
            piece => (Action)(() => FillUniform(uniform.Limit, values.Span, piece * PieceLength, new RandomSequence(key)))),
        OrthogonalStart orthogonal => Enumerable.Range(0, orthogonal.Gates).Select(
            gate => (Action)(() => FillOrthogonal(slot.Rows / orthogonal.Gates, slot.Columns, Gate(values, orthogonal.Gates, gate).Span, gate, key))),
        _ => throw new NotSupportedException($"{slot.Name} starts with {slot.Start}, which nothing makes."),
    };

    private static Memory<float> Gate(Memory<float> values, int gates, int gate) => values.Slice(gate * (values.Length / gates), values.Length / gates);

    private static void FillGate(GateStart gate, Span<float> values)
    {
        values.Clear();
        int part = values.Length / gate.Gates;
        values.Slice(gate.Gate * part, part).Fill((float)gate.Value);
    }

    /// <param name="random">The whole parameter's; each value takes two words of it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillUniform(double limit, Span<float> values, int first, RandomSequence random)
    {
        random.Skip(2L * first);
        int end = Math.Min(values.Length, first + PieceLength);
        for (int i = first; i < end; i++) values[i] = (float)(((2.0 * random.NextDouble()) - 1) * limit);
    }

    /// <summary>One gate's matrix, orthogonal by itself: its shorter side's vectors are orthonormal.</summary>
    /// <param name="key">The whole parameter's; each value takes a block of it.</param>
    private static void FillOrthogonal(int rows, int columns, Span<float> matrix, int gate, PhiloxKey key)
    {
        bool isWide = rows <= columns;
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        Span<float> vectors = isWide ? matrix : new float[matrix.Length];
        Gaussian.Fill(vectors, key, (long)gate * matrix.Length);
        GramSchmidt.Orthonormalise(vectors, count, length);
        if (!isWide) Transpose.Copy(vectors, length, matrix, count);
        ThreadMemory.GiveBack(); // of the products: this is a thread of the pool, and training has its own
    }
}

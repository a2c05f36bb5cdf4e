using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels;

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
        OrthogonalStart orthogonal => Enumerable.Range(0, (orthogonal.Gates + OrthonormalPair.Sets - 1) / OrthonormalPair.Sets).Select(
            pair => (Action)(() => FillOrthogonal(slot.Rows / orthogonal.Gates, slot.Columns, values.Span, pair * OrthonormalPair.Sets, new RandomSequence(key)))),
        _ => throw new NotSupportedException($"{slot.Name} starts with {slot.Start}, which nothing makes."),
    };

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

    /// <summary>The matrices of two gates, or of the last one. Each gate's is orthogonal by itself: its shorter side's vectors are orthonormal.</summary>
    /// <param name="random">The whole parameter's; each value takes four words of it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillOrthogonal(int rows, int columns, Span<float> values, int firstGate, RandomSequence random)
    {
        int size = rows * columns, gates = Math.Min(OrthonormalPair.Sets, (values.Length / size) - firstGate);
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        using var vectors = new OrthonormalPair(count, length);
        random.Skip(4L * size * firstGate);
        for (int set = 0; set < OrthonormalPair.Sets; set++)
            for (int i = 0; i < size; i++) vectors[set, i] = set < gates ? random.NextGaussian() : 1;

        vectors.Orthonormalise();
        bool wide = rows <= columns;
        for (int gate = 0; gate < gates; gate++)
        {
            var matrix = values.Slice((firstGate + gate) * size, size);
            for (int v = 0; v < count; v++)
                for (int i = 0; i < length; i++) matrix[wide ? (v * columns) + i : (i * columns) + v] = (float)vectors[gate, (v * length) + i];
        }
    }
}

using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;

namespace RnnActors.Core.Layers;

/// <summary>The products of the input and of the state, and the memory that they read and write.</summary>
internal abstract partial class RecurrentLayer
{
    protected void MultiplyRecurrent(ReadOnlySpan<float> read, int readStride, int rows, Span<float> gates) =>
        MatMul.Multiply(read, readStride, rows, _recurrent!, gates, GateStride, accumulate: true);

    protected void MultiplyRecurrentWithBias(ReadOnlySpan<float> read, int readStride, int rows, Span<float> gates) =>
        MatMul.MultiplyAddBias(read, readStride, rows, _recurrent!, RecurrentBias.Span, gates, GateStride);

    protected static void CopyRows(ReadOnlySpan<float> source, int sourceStride, Span<float> target, int targetStride, int rows, int width)
    {
        if (sourceStride == width && targetStride == width)
        {
            source[..(rows * width)].CopyTo(target);
            return;
        }

        for (int row = 0; row < rows; row++)
            source.Slice(row * sourceStride, width).CopyTo(target.Slice(row * targetStride, width));
    }

    /// <summary>Packs the recurrent weight with this training step's weight dropout, or whole where there is none.</summary>
    private void DropWeights(in PassContext context)
    {
        (ulong, long)? wanted = context.Training ? (context.Seed, context.Step) : null;
        if (_weightDropout is null || _dropped == wanted) return;
        _packedRecurrent!.Take(context.Training ? _weightDropout.Drop(_recurrentValues.Span, context) : _recurrentValues);
        _dropped = wanted;
    }

    private void MultiplyInputs((int First, int Count) positions, PackedMatrix input, bool isLookedUp)
    {
        int features = Place.Input.Features;
        Span<float> gates = Gates.Span[(positions.First * GateStride)..];
        if (isLookedUp) _tokens!.Copy(positions.First, positions.Count, Gates.Span, GateStride);
        else MatMul.MultiplyAddBias(Place.Input.Values[(positions.First * features)..], features, positions.Count, input, Bias.Span, gates, GateStride);
    }

    private void MultiplyInputGradients((int First, int Count) positions, PackedMatrix input, bool accumulate)
    {
        int features = Place.Input.Features;
        Span<float> gates = Gates.Span[(positions.First * GateStride)..], target = Place.Input.Gradient[(positions.First * features)..];
        MatMul.Multiply(gates, GateStride, positions.Count, input, target, features, accumulate);
    }

    private static ReadOnlySpan<float> Nothing(out int stride)
    {
        stride = 0;
        return [];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<float> OutputAt(int t) => Place.Output.Values[((Layout.FirstAt(t) * Place.Output.Features) + Place.OutputColumn)..];

    /// <summary>For unequal lengths: the gathered states that the step at time <paramref name="t"/> reads: (rows active, <see cref="Width"/>).</summary>
    private Span<float> ReadAt(int t) => _read!.Span.Slice(Layout.FirstAt(t) * Width, Layout.CountAt(t) * Width);

    private ReadOnlySpan<float> Previous(int k, out int stride)
    {
        stride = k == 0 || Layout.IsRagged ? Width : Place.Output.Features;
        if (Layout.IsRagged) return ReadAt(Direction.TimeOf(k));
        return k == 0 ? InitialHidden.Span : OutputAt(Direction.TimeOf(k - 1));
    }
}

using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>Dropout on the previous state before the recurrent product: the same units at every step of a row, Keras's <c>recurrent_dropout</c>.</summary>
/// <param name="rate">The share of units dropped; 0 where the states are only scaled.</param>
/// <param name="id">Identifier of its random masks.</param>
/// <param name="units">H.</param>
/// <param name="scale">A further factor on all units (<see cref="WeightDropout"/>).</param>
internal sealed class RecurrentDropout(double rate, int id, int units, SequenceLayout layout, float scale = 1)
{
    private readonly AlignedBuffer _mask = new(layout.Capacity * units), _states = new(checked(layout.MaxPositions * units)),
        _product = new(layout.Capacity * units);

    /// <summary>(positions, H): the results of <see cref="Drop"/> at each step.</summary>
    public ReadOnlySpan<float> States => _states.Span;

    /// <summary>Scratch of (rows, H) for the recurrent product's gradient.</summary>
    public Span<float> Product(int rows) => _product.Span[..(rows * units)];

    /// <summary>Begins a forward pass: draws new masks for its rows.</summary>
    public void FillMask(in PassContext context)
    {
        var key = PhiloxKey.Of(context.Seed, RandomPurpose.RecurrentDropout, context.Step, id);
        for (int row = 0; row < context.Rows; row++)
            DropoutMask.Fill(_mask.Span.Slice(row * units, units), rate, key, context.FirstRow + row, time: 0);
        if (scale == 1) return;
        foreach (ref float value in _mask.Span[..(context.Rows * units)]) value *= scale;
    }

    /// <param name="hidden">(rows active at time <paramref name="t"/>, H), <paramref name="stride"/> apart.</param>
    /// <returns>(rows, H).</returns>
    public ReadOnlySpan<float> Drop(ReadOnlySpan<float> hidden, int stride, int t)
    {
        Span<float> dropped = _states.Span.Slice(layout.FirstAt(t) * units, layout.CountAt(t) * units);
        for (int row = 0, i = 0; row < layout.Rows; row++)
        {
            if (!layout.IsActive(t, row)) continue;
            Multiply.Apply(hidden.Slice(i * stride, units), MaskOf(row), dropped.Slice(i * units, units));
            i++;
        }

        return dropped;
    }

    /// <summary>Backpropagates through <see cref="Drop"/> at time <paramref name="t"/>, in place.</summary>
    /// <param name="gradient">(rows active, H).</param>
    public void Differentiate(Span<float> gradient, int t)
    {
        for (int row = 0, i = 0; row < layout.Rows; row++)
        {
            if (!layout.IsActive(t, row)) continue;
            Span<float> own = gradient.Slice(i++ * units, units);
            Multiply.Apply(own, MaskOf(row), own);
        }
    }

    private ReadOnlySpan<float> MaskOf(int row) => _mask.Span.Slice(row * units, units);
}

using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>What the recurrent product does not see of the state before: the same units at every step of a row, as Keras's <c>recurrent_dropout</c>.</summary>
/// <param name="rate">The share of the units; 0 where the states are only scaled.</param>
/// <param name="id">The number of its random masks.</param>
/// <param name="units">H.</param>
/// <param name="scale">What all units are multiplied by besides (<see cref="WeightDropout"/>).</param>
internal sealed class RecurrentDropout(double rate, int id, int units, SequenceLayout layout, float scale = 1)
{
    private readonly AlignedBuffer _mask = new(layout.Capacity * units), _states = new(checked(layout.MaxPositions * units)),
        _product = new(layout.Capacity * units);

    /// <summary>(positions, H): what <see cref="Drop"/> gave at each step.</summary>
    public ReadOnlySpan<float> States => _states.Span;

    /// <summary>A memory of (rows, H) for the recurrent product's gradient.</summary>
    public Span<float> Product(int rows) => _product.Span[..(rows * units)];

    /// <summary>A forward pass begins: its rows have new masks.</summary>
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

    /// <summary>The gradient with respect to the states from that with respect to what
    /// <see cref="Drop"/> gave at time <paramref name="t"/>, in place.</summary>
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

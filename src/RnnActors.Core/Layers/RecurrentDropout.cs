using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Layers;

/// <summary>What the recurrent product does not see of the state before: the same units at every step of a row, as Keras's <c>recurrent_dropout</c>.</summary>
/// <param name="id">The number of its random masks.</param>
/// <param name="units">H.</param>
internal sealed class RecurrentDropout(double rate, int id, int units, int steps, int capacity)
{
    private readonly AlignedBuffer _mask = new(capacity * units), _states = new(checked(steps * capacity * units)), _product = new(capacity * units);

    /// <summary>(T, B, H): what <see cref="Drop"/> gave at each step.</summary>
    public ReadOnlySpan<float> States => _states.Span;

    /// <summary>A memory of (rows, H) for the recurrent product's gradient.</summary>
    public Span<float> Product(int rows) => _product.Span[..(rows * units)];

    /// <summary>A forward pass begins: its rows have new masks.</summary>
    public void FillMask(in PassContext context)
    {
        var key = PhiloxKey.Of(context.Seed, RandomPurpose.RecurrentDropout, context.Step, id);
        for (int row = 0; row < context.Rows; row++)
            DropoutMask.Fill(_mask.Span.Slice(row * units, units), rate, key, context.FirstRow + row, time: 0);
    }

    /// <param name="hidden">(rows, H), <paramref name="stride"/> apart.</param>
    /// <returns>(rows, H).</returns>
    public ReadOnlySpan<float> Drop(ReadOnlySpan<float> hidden, int stride, int t, int rows)
    {
        Span<float> dropped = _states.Span.Slice(t * rows * units, rows * units);
        for (int row = 0; row < rows; row++)
            Multiply.Apply(hidden.Slice(row * stride, units), _mask.Span.Slice(row * units, units), dropped.Slice(row * units, units));
        return dropped;
    }

    /// <summary>The gradient with respect to the states from that with respect to what <see cref="Drop"/> gave, in place.</summary>
    public void Differentiate(Span<float> gradient) => Multiply.Apply(gradient, _mask.Span[..gradient.Length], gradient);
}

using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// DropConnect on a recurrent weight: some of its values are zero for one training step. The mask depends only on seed, step and layer, so all shards of a step
/// have the same one, whoever computes them.
/// </summary>
/// <remarks>
/// Kept weights are not scaled up here; the states that the product reads are scaled instead (<see cref="Scale"/>). So the mask has only zeros and ones.
/// Applied to the gradients of parts or to their sum, it gives the same bits.
/// </remarks>
/// <param name="id">Identifier of its random masks.</param>
internal sealed class WeightDropout(double rate, int id, ParameterSlot weight)
{
    private readonly AlignedBuffer _kept = new(weight.Length);
    private readonly bool[] _isDropped = new bool[weight.Length];
    private readonly float[] _mask = new float[weight.Columns];

    /// <summary>The factor on the states that keeps the product's mean as without dropout: 1 / (1 - rate).</summary>
    public float Scale => (float)(1 / (1 - rate));

    /// <param name="values">(gates · H, H): the weight.</param>
    /// <returns>The weight with dropped values set to zero, valid until the next call.</returns>
    public ReadOnlyMemory<float> Drop(ReadOnlySpan<float> values, in PassContext context)
    {
        var key = PhiloxKey.Of(context.Seed, RandomPurpose.WeightDropout, context.Step, id);
        Span<float> kept = _kept.Span;
        for (int row = 0, i = 0; row < weight.Rows; row++)
        {
            DropoutMask.Fill(_mask, rate, key, row, time: 0);
            for (int column = 0; column < weight.Columns; column++, i++)
            {
                _isDropped[i] = _mask[column] == 0;
                kept[i] = _isDropped[i] ? 0 : values[i];
            }
        }

        return _kept.Memory;
    }

    /// <summary>Backpropagates through <see cref="Drop"/>, in place.</summary>
    /// <param name="gradient">(gates · H, H): the gradient of any node of the reduction tree.</param>
    public void Differentiate(Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
            if (_isDropped[i]) gradient[i] = 0;
    }
}

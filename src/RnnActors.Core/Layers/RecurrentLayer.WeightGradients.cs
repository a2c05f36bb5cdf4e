using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>The gradients of weights and biases, summed over a node of the reduction tree.</summary>
internal abstract partial class RecurrentLayer
{
    /// <summary>Call it after the backward pass, once for each node to be summed.</summary>
    /// <param name="gradient">The gradient, from the first of this layer's parameters on.</param>
    public virtual void ComputeGradient(in PassContext context, SumOrder order, Span<float> gradient)
    {
        ReadOnlySpan<float> gates = Gates.Span, last = LastProductGradient;
        Span<float> input = Of(gradient, WeightInput), biasInput = Of(gradient, _biasInput!);
        if (_packedRecurrent is null)
        {
            var own = LayoutSum.Of(order, Layout);
            own.Transposed(gates, GateStride, GateWidth, InputOperand(own, input), default, biasInput, Spare);
            SumTokens(order, input);
            return;
        }

        Span<float> recurrent = Of(gradient, WeightRecurrent), biasRecurrent = Of(gradient, _biasRecurrent!);
        int features = Place.Input.Features, shared = last.IsEmpty ? GateWidth : GateWidth - Units, rest = GateWidth - shared;
        var sum = LayoutSum.Of(order, Layout);
        JointOperand read = InputOperand(sum, input[..(shared * features)]), hidden = HiddenOperand(sum, recurrent[..(shared * Width)]);
        sum.Transposed(gates, GateStride, shared, read, hidden, biasInput[..shared], Spare);
        biasInput[..shared].CopyTo(biasRecurrent);
        if (rest > 0)
        {
            sum.Transposed(gates[shared..], GateStride, rest, InputOperand(sum, input[(shared * features)..]), default, biasInput[shared..], Spare);
            sum.Transposed(last, Units, rest, HiddenOperand(sum, recurrent[(shared * Width)..]), default, biasRecurrent[shared..], Spare);
        }

        DropGradient(recurrent);
        Place.Feed?.SumGradient(order, gates, GateStride, gradient, WeightInput.Offset);
        SumTokens(order, input);
    }

    /// <summary>Clears the gradient of dropped weights.</summary>
    /// <param name="recurrent">(gates · H, H): the recurrent weight's gradient.</param>
    protected void DropGradient(Span<float> recurrent)
    {
        if (_dropped is not null) _weightDropout?.Differentiate(recurrent);
    }

    /// <summary>Over an embedding with few tokens: the gradients of the input weight and of the embedding, summed per token first.</summary>
    /// <param name="input">(gates · H, I): the input weight's gradient.</param>
    protected void SumTokens(SumOrder order, Span<float> input)
    {
        if (_tokenGradients is null) return;
        using var weight = _packedInput.UseBackward();
        _tokenGradients.Sum(order, Layout, Gates.Span, GateStride, weight.Matrix, input, Place.Reverse, Spare);
    }

    /// <summary>
    /// (positions, H): the gradient with respect to the last gate's recurrent product, where it differs from that with respect to the gate (GRU); else empty.
    /// </summary>
    protected virtual ReadOnlySpan<float> LastProductGradient => [];

    /// <summary>Memory that is unused between a backward pass and the next forward pass; the weights' gradients pack their operands there.</summary>
    protected virtual Span<float> Spare => [];

    /// <summary>Floats of <see cref="Spare"/> that summing gradients per token can use.</summary>
    protected int MaxTokenSums => _tokenGradients?.LengthFor(Place.Setup.Capacity / Place.Setup.ShardRows) ?? 0;

    /// <summary>The input as an operand; empty where gradients are summed per token first.</summary>
    /// <param name="target">(gates, I): the input weight's gradient.</param>
    protected JointOperand InputOperand(LayoutSum sum, Span<float> target) =>
        _tokenGradients is not null ? default : sum.Operand(Place.Input.Values, Place.Input.Features, Place.Input.Features, target);

    /// <summary>
    /// The states that the recurrent products read: at the first step the initial state, where there is one; at every other the output before it.
    /// </summary>
    /// <param name="target">(gates, H): the recurrent weight's gradient.</param>
    protected JointOperand HiddenOperand(LayoutSum sum, Span<float> target)
    {
        if (Layout.IsRagged) return sum.Operand(_dropout is null ? _read!.Span : _dropout.States, Width, Width, target);

        int rows = Layout.Rows, steps = Layout.Steps, stride = Width, group = rows * Width, initialTime = Direction.TimeOf(0);
        ReadOnlySpan<float> read, initial;
        if (_dropout is not null)
        {
            ReadOnlySpan<float> dropped = _dropout.States;
            read = dropped[(Place.Reverse ? 0 : Math.Min(group, dropped.Length))..];
            initial = dropped[(initialTime * group)..];
        }
        else
        {
            // Forward, step t ≥ 1 reads the output at t - 1; in reverse, step t ≤ T - 2 reads the output at t + 1.
            stride = Place.Output.Features;
            read = Place.Output.Values[(((Place.Reverse && steps > 1 ? rows : 0) * stride) + Place.OutputColumn)..];
            initial = InitialHidden.Span;
        }

        var (from, to) = Place.Reverse ? (0, steps - 1) : (1, steps);
        return new JointOperand(read, stride, rows * stride, Width, from, to, target)
        {
            Later = _hasInitial ? initial : [],
            LaterStride = Width,
            LaterGroup = initialTime,
        };
    }
}

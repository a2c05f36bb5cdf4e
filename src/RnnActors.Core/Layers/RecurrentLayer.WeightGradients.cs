using RnnActors.Core.Kernels.Products.Transposed;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>The gradients of the weights and biases, summed over a node of the tree.</summary>
internal abstract partial class RecurrentLayer
{
    /// <summary>After the backward pass, and as often as there are nodes to be summed.</summary>
    /// <param name="gradient">From the first of this pass's parameters on.</param>
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

    /// <summary>Dropped weights have no part in the loss.</summary>
    /// <param name="recurrent">(gates · H, H): the recurrent weight's gradient.</param>
    protected void DropGradient(Span<float> recurrent)
    {
        if (_dropped is not null) _weightDropout?.Differentiate(recurrent);
    }

    /// <summary>Over an embedding of few tokens: the input weight's gradient and the embedding's, summed for each token first.</summary>
    /// <param name="input">(gates · H, I): the weight's.</param>
    protected void SumTokens(SumOrder order, Span<float> input)
    {
        if (_tokenGradients is null) return;
        using var weight = _packedInput.UseBackward();
        _tokenGradients.Sum(order, Layout, Gates.Span, GateStride, weight.Matrix, input, Place.Reverse, Spare);
    }

    /// <summary>
    /// (positions, H): the gradient with respect to the last gate's recurrent product; empty where
    /// it is that with respect to the gate, as the other gates' always is.
    /// </summary>
    protected virtual ReadOnlySpan<float> LastProductGradient => [];

    /// <summary>Memory that nothing reads from a backward pass to the next forward pass. The weights' gradients put their operands together there.</summary>
    protected virtual Span<float> Spare => [];

    /// <summary>Floats that <see cref="Spare"/> has use for where the tokens' gradients are summed.</summary>
    protected int MaxTokenSums => _tokenGradients?.LengthFor(Place.Setup.Capacity / Place.Setup.ShardRows) ?? 0;

    /// <summary>What the input's product read; nothing where the tokens' gradients are summed first.</summary>
    /// <param name="target">(gates, I): the weight's gradient.</param>
    protected JointOperand InputOperand(LayoutSum sum, Span<float> target) =>
        _tokenGradients is not null ? default : sum.Operand(Place.Input.Values, Place.Input.Features, Place.Input.Features, target);

    /// <summary>What the recurrent product read: every step but the first the output before it, the first the initial state, where there is one.</summary>
    /// <param name="target">(gates, H): the weight's gradient.</param>
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

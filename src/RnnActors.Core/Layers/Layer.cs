using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>The settings of one pass over some rows of a batch.</summary>
/// <param name="Rows">B: rows in this pass.</param>
/// <param name="FirstRow">Index of the first row in the whole batch, which random numbers are keyed by.</param>
/// <param name="Training">Whether dropout is on and values for the backward pass are kept.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">The training step, from 0.</param>
/// <param name="HasState">Whether initial states of the recurrent layers are given; otherwise they are zero.</param>
/// <param name="StateStride">Floats from one row's state to the next one's: the width of the whole model's state.</param>
public readonly record struct PassContext(int Rows, int FirstRow, bool Training, ulong Seed, long Step, bool HasState, int StateStride);

/// <summary>
/// A layer's forward and backward pass in one replica, with all the memory that it needs. The rows of several shards pass through as one product. Only the
/// parameters' gradients are computed shard by shard, and added in the order of the reduction tree.
/// </summary>
public abstract class Layer
{
    /// <summary>The layer's output, and its gradient, which the next layer or the loss writes. A loss may write the gradient over the values.</summary>
    public abstract SignalBuffer Output { get; }

    /// <summary>All outputs, as the layer's specification lists them: <see cref="Output"/> first.</summary>
    public virtual IReadOnlyList<SignalBuffer> Outputs => [Output];

    /// <summary>The layer's own parameters are [first, first + length) of the block.</summary>
    public abstract ParameterRange Range { get; }

    /// <summary>Floats of recurrent state per row, which the layer reads at the beginning of a sequence and writes at its end.</summary>
    public virtual int StateWidth => 0;

    /// <summary>The attention weights of the last forward pass; empty for layers without attention.</summary>
    public virtual AttentionView Weights => default;

    /// <summary>The recurrent layers in it, one per direction, from the lowest up.</summary>
    internal virtual IReadOnlyList<RecurrentLayer> Cells => [];

    /// <summary>Sets new parameters.</summary>
    /// <param name="parameters">The whole block. It is read until the next call.</param>
    public virtual void Prepare(ReadOnlyMemory<float> parameters)
    {
    }

    /// <summary>Computes <see cref="Output"/>'s values.</summary>
    /// <param name="initialState">(B, <see cref="StateWidth"/>), rows a state stride apart; read where the context has a state.</param>
    /// <param name="finalState">(B, <see cref="StateWidth"/>), written unless empty.</param>
    public abstract void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState);

    /// <summary>
    /// Computes the input's gradient, where it has one, from that of <see cref="Output"/>, and keeps what <see cref="ComputeGradient"/> needs.
    /// </summary>
    /// <param name="initialStateGradient">(B, <see cref="StateWidth"/>), written unless empty.</param>
    public abstract void Backward(in PassContext context, Span<float> initialStateGradient);

    /// <summary>Overwrites <paramref name="gradient"/> with the parameters' gradient over one shard's rows.</summary>
    /// <param name="gradient">(<see cref="Range"/>'s length).</param>
    public void ComputeGradient(in PassContext context, ShardRows shard, Span<float> gradient) => SumGradient(context, SumOrder.Of(shard), gradient, []);

    /// <summary>Floats of memory that <see cref="SumGradient(in PassContext, SumOrder, Span{float}, Span{float})"/>
    /// needs for each open sum after the first.</summary>
    public virtual int OpenSumLength => 0;

    /// <summary>
    /// The parameters' gradient summed over a node of the reduction tree; it overwrites <paramref name="gradient"/> or is added to it, as the order says. Call
    /// it after the layer above's, which may have summed its gradients by shard for this one.
    /// </summary>
    /// <param name="gradient">(<see cref="Range"/>'s length).</param>
    /// <param name="open">(open sums after the first, plus one where sums are added; <see cref="OpenSumLength"/>): scratch of this pass.</param>
    public virtual void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open)
    {
    }

    /// <summary>The same into the whole model's gradient, which also keeps track of blocks of zeros.</summary>
    /// <param name="gradient">(P).</param>
    public virtual void SumGradient(in PassContext context, SumOrder order, GradientBuffer gradient, Span<float> open) =>
        SumGradient(context, order, gradient.Span.Slice(Range.First, Range.Length), open);
}

using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>What holds for one pass over some rows of a batch.</summary>
/// <param name="Rows">B: rows in this pass.</param>
/// <param name="FirstRow">The first one's number in the whole batch, which random numbers are drawn by.</param>
/// <param name="Training">Whether values are dropped and what the backward pass needs is kept.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">The number of the training step, from 0.</param>
/// <param name="HasState">Whether the states that the recurrent layers begin with are given; otherwise they are zero.</param>
/// <param name="StateStride">Floats from one row's state to the next one's: the whole model's.</param>
public readonly record struct PassContext(int Rows, int FirstRow, bool Training, ulong Seed, long Step, bool HasState, int StateStride);

/// <summary>
/// A layer at work for one replica: forward and backward over time, side by side, with all the memory that they need. The rows of several shards go through
/// as one product; only the parameters' gradients look at one shard alone, and are added in the order of the reduction tree.
/// </summary>
public abstract class Layer
{
    /// <summary>What the layer gives, and where the layer above or the loss puts the gradient: over
    /// the values themselves, perhaps, where the loss does.</summary>
    public abstract SignalBuffer Output { get; }

    /// <summary>All that the layer gives, as its specification lists it: <see cref="Output"/> first.</summary>
    public virtual IReadOnlyList<SignalBuffer> Outputs => [Output];

    /// <summary>The layer's own parameters are [first, first + length) of the block.</summary>
    public abstract ParameterRange Range { get; }

    /// <summary>Floats of recurrent state a row that the layer begins and ends a sequence with.</summary>
    public virtual int StateWidth => 0;

    /// <summary>What it looked at in the last forward pass; empty for layers without attention.</summary>
    public virtual AttentionView Weights => default;

    /// <summary>The recurrent layers in it, each in one direction, from the lowest up.</summary>
    internal virtual IReadOnlyList<RecurrentLayer> Cells => [];

    /// <summary>Takes new parameters.</summary>
    /// <param name="parameters">The whole block, read until the next ones are taken.</param>
    public virtual void Prepare(ReadOnlyMemory<float> parameters)
    {
    }

    /// <summary>Computes <see cref="Output"/>'s values.</summary>
    /// <param name="initialState">(B, <see cref="StateWidth"/>), rows a state stride apart; read where the context says that there is one.</param>
    /// <param name="finalState">(B, <see cref="StateWidth"/>), written unless empty.</param>
    public abstract void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState);

    /// <summary>From the gradient of <see cref="Output"/> computes that of the input, where it has
    /// one, and keeps what <see cref="ComputeGradient"/> needs.</summary>
    /// <param name="initialStateGradient">(B, <see cref="StateWidth"/>), written unless empty.</param>
    public abstract void Backward(in PassContext context, Span<float> initialStateGradient);

    /// <summary>The parameters' gradient over one shard's rows, written over <paramref name="gradient"/>.</summary>
    /// <param name="gradient">(<see cref="Range"/>'s length).</param>
    public void ComputeGradient(in PassContext context, ShardRows shard, Span<float> gradient) => SumGradient(context, SumOrder.Of(shard), gradient, []);

    /// <summary>Floats of memory that <see cref="SumGradient(in PassContext, SumOrder, Span{float}, Span{float})"/>
    /// is given for each sum that is open beside the first.</summary>
    public virtual int OpenSumLength => 0;

    /// <summary>
    /// The parameters' gradient summed over a node of the reduction tree, written over <paramref name="gradient"/> or added to it. After that of the layer
    /// above, which may give the shards' gradients instead of each value's.
    /// </summary>
    /// <param name="gradient">(<see cref="Range"/>'s length).</param>
    /// <param name="open">(sums open beside the first, and another one where sums are added; <see cref="OpenSumLength"/>), this pass's own.</param>
    public virtual void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open)
    {
    }

    /// <summary>The same, to its place in the whole model's gradient, with which goes what is known of zeros.</summary>
    /// <param name="gradient">(P).</param>
    public virtual void SumGradient(in PassContext context, SumOrder order, GradientBuffer gradient, Span<float> open) =>
        SumGradient(context, order, gradient.Span.Slice(Range.First, Range.Length), open);
}

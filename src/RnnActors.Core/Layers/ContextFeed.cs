using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>The context computed from the previous state enters each step. Bahdanau et al. 2015.</summary>
internal sealed class ContextFeed : DecoderFeed
{
    // Queries: (positions, H), the state before each step.
    private readonly AlignedBuffer _queries, _contextGradient;

    public ContextFeed(AttentionDecoder spec, PassSetup setup, SignalBuffer states)
        : base(spec, setup, states)
    {
        Output = new SignalBuffer(states.Layout, new Shape(Memory.Features) { Axis = states.Shape.Axis }, setup.Training);
        _queries = new AlignedBuffer(checked(Layout.MaxPositions * states.Features));
        _contextGradient = new AlignedBuffer(setup.Capacity * Memory.Features);
    }

    public override int Width => Memory.Features;

    public override int End => Attention.Range.First + Attention.Range.Length;

    /// <summary>The contexts.</summary>
    public override SignalBuffer Output { get; }

    public override void AfterStep(int t, int rows, ReadOnlySpan<float> output, int stride)
    {
        // Nothing to do: the context is computed before a step, in Read.
    }

    public override void BackwardAfterStep(int t, int rows, Span<float> hidden)
    {
        // Nothing to do, as in AfterStep.
    }

    public override void AddPreviousGradient(int t, int rows, Span<float> hidden) =>
        Attention.AddQueryGradient(Layout.FirstAt(t), rows, hidden, States.Features);

    public override void SumGradient(SumOrder order, ReadOnlySpan<float> gates, int gateStride, Span<float> gradient, int first)
    {
        base.SumGradient(order, gates, gateStride, gradient, first);
        Attention.SumGradient(order, _queries.Span, States.Features, gradient[(Attention.Range.First - first)..]);
    }

    protected override void Read(int t, int rows, ReadOnlySpan<float> previous, int stride, Span<float> values)
    {
        int units = States.Features, first = Layout.FirstAt(t);
        Span<float> queries = _queries.Span.Slice(first * units, rows * units);
        for (int row = 0; row < rows; row++) previous.Slice(row * stride, units).CopyTo(queries[(row * units)..]);
        Attention.TakeQueries(first, rows, queries, units);
        Attention.Forward(t, queries, units, values, Width);
        values.CopyTo(Output.Values[(first * Width)..]);
    }

    protected override void BackwardRead(int t, int rows, ReadOnlySpan<float> gradient)
    {
        int units = States.Features, first = Layout.FirstAt(t);
        Span<float> sum = _contextGradient.Span[..(rows * Width)];
        gradient.CopyTo(sum);
        Add.Into(sum, Output.Gradient.Slice(first * Width, sum.Length));
        Attention.Backward(t, _queries.Span[(first * units)..], units, sum, Width, [], units);
    }
}

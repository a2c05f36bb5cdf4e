using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>What attention feeds to a decoder's cell.</summary>
internal abstract class DecoderFeed : StepFeed
{
    protected DecoderFeed(AttentionDecoder spec, PassSetup setup, SignalBuffer states)
    {
        (States, Memory, Setup) = (states, setup.Inputs[1], setup);
        Attention = new AttentionWork(setup, setup.Prefix + "attention.", spec.Score, causal: false, states.Layout, states.Features, Memory);
    }

    public AttentionWork Attention { get; }

    /// <summary>What the decoder gives beside its states, or instead of them.</summary>
    public abstract SignalBuffer Output { get; }

    protected SignalBuffer States { get; }

    protected SignalBuffer Memory { get; }

    protected PassSetup Setup { get; }

    protected SequenceLayout Layout => States.Layout;

    /// <summary>Values that it carries from step to step.</summary>
    public virtual int StateWidth => 0;

    /// <summary>A forward pass goes on from what it carried before; nothing for zeros.</summary>
    /// <param name="state">(B, <see cref="StateWidth"/>), rows <paramref name="stride"/> apart.</param>
    public virtual void TakeState(ReadOnlySpan<float> state, int stride)
    {
    }

    /// <summary>What is carried after each row's last step.</summary>
    public virtual void StoreState(Span<float> state, int stride)
    {
    }

    /// <summary>The gradient with respect to what the pass began with.</summary>
    public virtual void StoreStateGradient(Span<float> gradient, int stride)
    {
    }

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        base.Prepare(parameters);
        Attention.Prepare(parameters);
    }

    public override void BeginForward() => Attention.BeginForward();

    public override void BeginBackward() => Attention.BeginBackward();

    public override void EndBackward() => Attention.EndBackward();
}

using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>What attention feeds into a decoder's cell at each step.</summary>
internal abstract class DecoderFeed : StepFeed
{
    protected DecoderFeed(AttentionDecoder spec, PassSetup setup, SignalBuffer states)
    {
        (States, Memory, Setup) = (states, setup.Inputs[1], setup);
        Attention = new AttentionWork(setup, setup.Prefix + "attention.", spec.Score, causal: false, states.Layout, states.Features, Memory);
    }

    public AttentionWork Attention { get; }

    /// <summary>The decoder's output beside its states, or in place of them.</summary>
    public abstract SignalBuffer Output { get; }

    protected SignalBuffer States { get; }

    protected SignalBuffer Memory { get; }

    protected PassSetup Setup { get; }

    protected SequenceLayout Layout => States.Layout;

    /// <summary>Number of values that it carries from step to step.</summary>
    public virtual int StateWidth => 0;

    /// <summary>Sets the carried values that a forward pass begins with.</summary>
    /// <param name="state">(B, <see cref="StateWidth"/>), rows <paramref name="stride"/> apart; empty for zeros.</param>
    public virtual void TakeState(ReadOnlySpan<float> state, int stride)
    {
    }

    /// <summary>Writes the carried values after each row's last step.</summary>
    public virtual void StoreState(Span<float> state, int stride)
    {
    }

    /// <summary>Writes the gradient with respect to the initial carried values.</summary>
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

using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>Drops a share of the values while training and scales the others by 1/(1 - rate). Srivastava et al. 2014.</summary>
/// <param name="Rate">The share dropped, in [0, 1).</param>
public sealed record Dropout(double Rate) : LayerSpec
{
    /// <summary>
    /// Whether all steps of a row drop the same features, instead of each step its own: the variational dropout of Gal and Ghahramani 2016, AWD-LSTM's
    /// <c>LockedDropout</c>, Keras's <c>SpatialDropout1D</c>.
    /// </summary>
    public bool Variational { get; init; }

    public override string Kind => "dropout";

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<Dropout>("a dropout layer", new Dropout(0))
        .Required("dropout", "The share of the values dropped while training.", LayerKinds.Rate, l => l.Rate, (l, v) => l with { Rate = v })
        .Optional(
            "variational", "The same values at every step of a row, not at each step others.", LayerKinds.Flag, l => l.Variational,
            (l, v) => l with { Variational = v }));

    public override Shape Output(Shape input) => input.IsTokens
        ? throw new Problems.InvalidInputException("a dropout layer cannot read tokens", "Put it after the embedding")
        : input;

    public override Layer CreateLayer(PassSetup setup)
    {
        var gradient = setup.Training ? new AlignedBuffer(SignalBuffer.LengthOf(setup.Input.Layout, setup.Input.Shape)) : null;
        return new DropoutLayer(this, setup.Id * PassIds.PerLayer, setup.Input, gradient);
    }
}

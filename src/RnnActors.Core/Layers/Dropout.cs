using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Layers;

/// <summary>Drops a share of the values while training and scales the others by 1/(1 - rate). Srivastava et al. 2014.</summary>
/// <param name="Rate">The share dropped, in [0, 1).</param>
public sealed record Dropout(double Rate) : LayerSpec
{
    public override string Kind => "dropout";

    public override Signal Output(Signal input) => input.IsTokens
        ? throw new Problems.InvalidInputException("a dropout layer cannot read tokens", "Put it after the embedding")
        : input;

    public override LayerPass CreatePass(PassSetup setup)
    {
        var gradient = setup.Training ? new AlignedBuffer(SignalBuffer.LengthOf(setup.Input.Steps, setup.Capacity, setup.Input.Signal)) : null;
        return new DropoutPass(Rate, setup.Id * PassIds.PerLayer, setup.Input, setup.Capacity, gradient);
    }
}

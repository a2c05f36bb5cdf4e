using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Layers;

/// <summary>A fully connected layer at every step: y = activation(W·x + b).</summary>
/// <param name="Units">Outputs; <see cref="TaskOutputs"/> stands for as many as the task has.</param>
public sealed record Dense(int Units = Dense.TaskOutputs) : LayerSpec
{
    /// <summary>As many units as the task has outputs (<c>"targets"</c> or <c>"vocabulary"</c> in a specification).</summary>
    public const int TaskOutputs = 0;

    public ActivationFunction Activation { get; init; } = ActivationFunction.Linear;

    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    public override string Kind => "dense";

    public override Signal Output(Signal input) => input.IsTokens
        ? throw new InvalidInputException("a dense layer cannot read tokens", "Put an embedding layer before it")
        : new Signal(Units, input.IsSequence);

    public override void Declare(ParameterLayout layout, string prefix, Signal input)
    {
        layout.Add(prefix + "weight", Units, input.Features, KernelInitializer.Start(Units, input.Features, 1, input.Features));
        layout.Add(prefix + "bias", Units, 0, KernelInitializer.BiasStart(input.Features));
    }

    public override LayerPass CreatePass(PassSetup setup) => new DensePass(this, setup);
}

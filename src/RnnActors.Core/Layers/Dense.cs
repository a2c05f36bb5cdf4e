using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>A fully connected layer at every step: y = activation(W·x + b).</summary>
/// <param name="Units">Number of outputs; <see cref="TaskOutputs"/> for as many as the task has.</param>
public sealed record Dense(int Units = Dense.TaskOutputs) : LayerSpec
{
    /// <summary>As many units as the task has outputs (<c>"targets"</c> or <c>"vocabulary"</c> in a specification).</summary>
    public const int TaskOutputs = 0;

    public ActivationFunction Activation { get; init; } = ActivationFunction.Linear;

    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    public override string Kind => "dense";

    internal static LayerKind Format(ModelContext context) => LayerKind.Of(new ObjectFormat<Dense>("a dense layer", new Dense())
        .Required(
            "dense", $"Outputs a step, or \"{context.OutputsName}\" for as many as the task has.",
            new UnitsFormat(LayerKinds.Units, context.OutputsName), l => l.Units, (l, v) => l with { Units = v })
        .Key("activation", "The function of the outputs.", LayerKinds.Function, l => l.Activation, (l, v) => l with { Activation = v })
        .Key("kernelInitializer", "How the weights start.", LayerKinds.Initial, l => l.KernelInitializer, (l, v) => l with { KernelInitializer = v }));

    public override Shape Output(Shape input) => input.IsTokens
        ? throw new InvalidInputException("a dense layer cannot read tokens", "Put an embedding layer before it")
        : input with { Features = Units };

    public override void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs)
    {
        var input = inputs[0];
        layout.Add(prefix + "weight", Units, input.Features, KernelInitializer.Start(Units, input.Features, 1, input.Features));
        layout.Add(prefix + "bias", Units, 0, KernelInitializer.BiasStart(input.Features));
    }

    public override Layer CreateLayer(PassSetup setup) => new DenseLayer(this, setup);
}

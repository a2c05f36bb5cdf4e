using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>Every kind of layer that can be written in JSON. The keys of each are in its own file.</summary>
internal static class LayerKinds
{
    internal static readonly Format<int> Units = Numbers.Whole(1, 65536);
    internal static readonly Format<double> Rate = Numbers.BelowOne();
    internal static readonly Format<bool> Flag = new BooleanFormat();
    internal static readonly Format<ActivationFunction> Function = Names.Of<ActivationFunction>().Named("activation");

    internal static readonly Format<Initializer> Initial = new ChoiceFormat<Initializer>("an initializer")
        .Or("glorotUniform", new ObjectFormat<GlorotUniformInitializer>("an object without keys", new()))
        .Or("orthogonal", new ObjectFormat<OrthogonalInitializer>("an object without keys", new()))
        .Or("pytorch", new ObjectFormat<PyTorchInitializer>("an object without keys", new()))
        .Or("uniform", Numbers.Positive(), limit => new UniformInitializer(limit), uniform => uniform.Limit)
        .Named("initializer");

    public static LayerKind[] All(ModelContext context) =>
    [
        SimpleRnn.Format(), Lstm.Format(), Gru.Format(), MinGru.Format(), MinLstm.Format(), Embedding.Format(), Dense.Format(context),
        TiedDense.Format(context), Dropout.Format(), Activation.Format(), LayerNorm.Format(), Pooling.Format(), Attention.Format(), AttentionDecoder.Format(),
        LearnedState.Format(), Concatenate.Format(), BoundaryStates.Format(), Segments.Format(), Flatten.Format(context),
    ];
}

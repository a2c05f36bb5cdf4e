using System.Text.Json;
using RnnActors.Core.Layers;

namespace RnnActors.Core.Specifications;

/// <summary>A kind of layer and its keys. Its name is its first key.</summary>
internal sealed record LayerKind(
    string Name, Format Body, IReadOnlyList<string> Keys, Func<SourceNode, LayerSpec> Read, Action<Utf8JsonWriter, LayerSpec> Write,
    Action<LayerSpec, SourceNode> Check)
{
    public bool StandsAlone => Keys.Count == 1;

    public static LayerKind Of<T>(ObjectFormat<T> body)
        where T : LayerSpec =>
        new(body.Keys[0].Name, body, [.. body.Keys.Select(key => key.Name)], body.Read, (writer, layer) => body.Write(writer, (T)layer),
            (layer, place) => body.Check((T)layer, place));
}

/// <summary>The keys of every kind of layer.</summary>
internal static class LayerKinds
{
    public const string ReturnSequences = "returnSequences";

    private static readonly Format<int> Units = Numbers.Whole(1, 65536);
    private static readonly Format<double> Rate = Numbers.BelowOne();
    private static readonly Format<bool> Flag = new BooleanFormat();
    private static readonly Format<ActivationFunction> Function = Names.Of<ActivationFunction>().Named("activation");

    private static readonly Format<Initializer> Initial = new ChoiceFormat<Initializer>("an initializer")
        .Or("glorotUniform", new ObjectFormat<GlorotUniformInitializer>("an object without keys", new()))
        .Or("orthogonal", new ObjectFormat<OrthogonalInitializer>("an object without keys", new()))
        .Or("pytorch", new ObjectFormat<PyTorchInitializer>("an object without keys", new()))
        .Or("uniform", Numbers.Positive(), limit => new UniformInitializer(limit), uniform => uniform.Limit)
        .Named("initializer");

    public static LayerKind[] All(ModelContext context) =>
    [
        LayerKind.Of(Recurrent("simpleRnn", new SimpleRnn(0))
            .Key("activation", "The function of the new state.", Function, l => l.Activation, (l, v) => l with { Activation = v })),
        LayerKind.Of(Recurrent("lstm", new Lstm(0))
            .Key(
                "forgetBias", "The forget gate's bias at the start; at 1 the cell remembers from the beginning.",
                Numbers.Any(), l => l.ForgetBias, (l, v) => l with { ForgetBias = v })),
        LayerKind.Of(Recurrent("gru", new Gru(0))),
        LayerKind.Of(new ObjectFormat<Embedding>("an embedding layer", new Embedding(0))
            .Required("embedding", "Values of each token's learned vector.", Units, l => l.Units, (l, v) => l with { Units = v })
            .Key("initializer", "How the vectors start.", Initial, l => l.Initializer, (l, v) => l with { Initializer = v })),
        LayerKind.Of(new ObjectFormat<Dense>("a dense layer", new Dense())
            .Required(
                "dense", $"Outputs a step, or \"{context.OutputsName}\" for as many as the task has.",
                new UnitsFormat(Units, context.OutputsName), l => l.Units, (l, v) => l with { Units = v })
            .Key("activation", "The function of the outputs.", Function, l => l.Activation, (l, v) => l with { Activation = v })
            .Key("kernelInitializer", "How the weights start.", Initial, l => l.KernelInitializer, (l, v) => l with { KernelInitializer = v })),
        LayerKind.Of(new ObjectFormat<Dropout>("a dropout layer", new Dropout(0))
            .Required("dropout", "The share of the values dropped while training.", Rate, l => l.Rate, (l, v) => l with { Rate = v })),
        LayerKind.Of(new ObjectFormat<Activation>("an activation layer", new Activation(ActivationFunction.Linear))
            .Required("activation", "A function of every value.", Function, l => l.Function, (l, v) => l with { Function = v })),
    ];

    private static ObjectFormat<T> Recurrent<T>(string kind, T blank)
        where T : Recurrent =>
        new ObjectFormat<T>($"a {kind} layer", blank)
            .Required(kind, "Hidden units H of each layer and direction.", Units, l => l.Units, (l, v) => (T)(l with { Units = v }))
            .Key("layers", "Layers stacked on one another.", Numbers.Whole(1, 64), l => l.Layers, (l, v) => (T)(l with { Layers = v }))
            .Key(
                "dropout", "The share of a layer's outputs dropped before the next layer of the stack, while training.",
                Rate, l => l.Dropout, (l, v) => (T)(l with { Dropout = v }))
            .Key(
                "recurrentDropout", "The share of the hidden state dropped before the recurrent product, one mask a sequence.",
                Rate, l => l.RecurrentDropout, (l, v) => (T)(l with { RecurrentDropout = v }))
            .Key(
                "bidirectional", "A second set of cells reads the sequence backwards: 2H outputs.",
                Flag, l => l.Bidirectional, (l, v) => (T)(l with { Bidirectional = v }))
            .Contextual(
                ReturnSequences, "Output every step, or only the last one. Left out: every step, but the last alone in the last recurrent layer of a forecast.",
                Flag, l => l.ReturnSequences, (l, v) => (T)(l with { ReturnSequences = v }))
            .Key(
                "kernelInitializer", "How the input weights start.",
                Initial, l => l.KernelInitializer, (l, v) => (T)(l with { KernelInitializer = v }))
            .Key(
                "recurrentInitializer", "How the recurrent weights start.",
                Initial, l => l.RecurrentInitializer, (l, v) => (T)(l with { RecurrentInitializer = v }));
}

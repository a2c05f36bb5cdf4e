using RnnActors.Core.Explanations;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;

namespace RnnActors.Core.Tests.Explanations;

/// <summary>Models of all kinds of layer, with random parameters and an example.</summary>
internal static class ExplainedModels
{
    public const int Features = 3, Vocabulary = 7, Outputs = 4;

    public static readonly string[] OfValues = ["simpleRnn", "lstm", "gru", "minGru", "minLstm", "normalised", "projection", "stack", "dropout", "flatten"];

    public static readonly string[] OfTokens = ["embedding", "tied", "pooling", "attention", "translation"];

    public static (Model Model, float[] Parameters, IReadOnlyList<ExampleInput> Example, bool IsRagged) Create(string kind, int steps = 6, uint seed = 1)
    {
        LayerSpec[] layers = kind switch
        {
            "simpleRnn" => [new SimpleRnn(5), new Dense(Outputs)],
            "lstm" => [new Lstm(5), new Dense(Outputs)],
            "gru" => [new Gru(5) { Bidirectional = true }, new Dense(Outputs)],
            "minGru" => [new MinGru(5), new Dense(Outputs)],
            "minLstm" => [new MinLstm(5) { Bidirectional = true }, new Dense(Outputs)],
            "normalised" => [new Lstm(5) { LayerNorm = true }, new Dense(Outputs)],
            "projection" => [new Lstm(6) { Projection = 3 }, new Dense(Outputs)],
            "stack" => [new Gru(4, true) { Layers = 2, Bidirectional = true }, new Lstm(5), new Dense(Outputs)],
            "dropout" => [new Gru(4, true)
            {
                Layers = 2,
                Dropout = 0.3,
                RecurrentDropout = 0.2,
            }, new Dropout(0.4), new Lstm(5) { RecurrentDropout = 0.5, WeightDropout = 0.5 }, new Dense(Outputs)],
            "flatten" => [new SimpleRnn(5) { Name = "rnn" }, new Flatten { Steps = steps, Reads = new("input") },
            new Concatenate { Reads = new("rnn", "flatten") }, new Dense(Outputs)],
            "embedding" => [new Embedding(4), new Lstm(5) { Bidirectional = true }, new Dense(Outputs)],
            "tied" => [new Embedding(4) { Name = "words" }, new Gru(4, true), new TiedDense("words", Vocabulary)],
            "pooling" => [new Embedding(4), new Gru(4, true) { Bidirectional = true }, new Pooling(PoolingMode.Mean), new Dense(Outputs)],
            "attention" => [new Embedding(4), new Gru(4, true) { Name = "gru" }, new Attention { Reads = new("gru", "gru") }, new Pooling(PoolingMode.Last),
            new Dense(Outputs)],
            _ =>
            [
                new Embedding(4) { Name = "source_words", Reads = new("source") }, new Gru(4, true) { Name = "encoder", Bidirectional = true },
                new Dense(4) { Name = "bridge", Reads = new("encoder.h"), Activation = ActivationFunction.Tanh },
                new Embedding(4) { Name = "target_words", Reads = new("target") }, new AttentionDecoder(4)
                {
                    Name = "decoder",
                    Reads = new("target_words", "encoder", "bridge"),
                },
                new Concatenate { Reads = new("decoder", "decoder.context") }, new Dense(Outputs),
            ],
        };
        bool isText = OfTokens.Contains(kind);
        NamedSignal[] inputs = kind == "translation"
            ? [new("source", Shape.Tokens(Vocabulary)), new("target", Shape.Tokens(Vocabulary))]
            : [new(InputNames.Default, isText ? Shape.Tokens(Vocabulary) : new Shape(Features))];
        var model = new Model(new ModelSpec(layers), inputs);
        ExampleInput Input(int number) => isText
            ? new ExampleInput(steps + number, [], [.. Enumerable.Range(0, steps + number).Select(t => ((t * 5) + number) % Vocabulary)])
            : new ExampleInput(steps, Pseudorandom.Floats(steps * Features, seed + 100), []);
        return (model, [.. Pseudorandom.Floats(model.Layout.Length, seed).Select(value => value * 0.8f)], [.. inputs.Select((_, i) => Input(i))], isText);
    }
}

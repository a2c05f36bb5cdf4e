using RnnActors.Core.Layers;
using RnnActors.Core.Sequences;

namespace RnnActors.Interop.Tests.Onnx;

/// <summary>Networks that have every kind of layer in every form.</summary>
internal static class LayerCases
{
    private static readonly NamedSignal[] Values = [new("input", new Shape(3))];
    private static readonly NamedSignal[] Tokens = [new("input", Shape.Tokens(6))];
    private static readonly NamedSignal[] Two = [new("words", Shape.Tokens(6)), new("characters", Shape.Tokens(5))];

    public static readonly IReadOnlyDictionary<string, Func<bool, NetworkCase>> All = new Dictionary<string, Func<bool, NetworkCase>>
    {
        ["rnn tanh"] = ragged => new(ragged, Values, new SimpleRnn(4, true), new Dense(2)),
        ["rnn relu"] = ragged => new(ragged, Values, new SimpleRnn(4) { Activation = ActivationFunction.Relu }, new Dense(2)),
        ["rnn linear bidirectional"] = ragged =>
            new(ragged, Values, new SimpleRnn(4, true) { Activation = ActivationFunction.Linear, Bidirectional = true }, new Dense(2)),
        ["rnn sigmoid"] = ragged => new(ragged, Values, new SimpleRnn(4, true) { Activation = ActivationFunction.Sigmoid, Layers = 2 }, new Dense(2)),
        ["lstm"] = ragged => new(ragged, Values, new Lstm(5), new Dense(2)),
        ["lstm stack"] = ragged => new(ragged, Values, new Lstm(4, true) { Layers = 2, Bidirectional = true, Dropout = 0.3 }, new Dense(2)),
        ["lstm last bidirectional"] = ragged => new(ragged, Values, new Lstm(4) { Layers = 2, Bidirectional = true }, new Dense(2)),
        ["lstm projection"] = ragged => new(ragged, Values, new Lstm(5, true) { Projection = 3, Layers = 2 }, new Dense(2)),
        ["lstm projection bidirectional"] = ragged => new(ragged, Values, new Lstm(5, true) { Projection = 3, Bidirectional = true }, new Dense(2)),
        ["lstm layer norm"] = ragged => new(ragged, Values, new Lstm(5, true) { LayerNorm = true, Bidirectional = true }, new Dense(2)),
        ["gru"] = ragged => new(ragged, Values, new Gru(5, true), new Dense(2)),
        ["gru stack"] = ragged => new(ragged, Values, new Gru(4) { Layers = 3, Bidirectional = true }, new Dense(2)),
        ["minGru"] = ragged => new(ragged, Values, new MinGru(5, true) { Layers = 2, Bidirectional = true }, new Dense(2)),
        ["minLstm"] = ragged => new(ragged, Values, new MinLstm(5) { Bidirectional = true }, new Dense(2)),
        ["states passed on"] = ragged => new(
            ragged, Values, new Lstm(3, true) { Name = "a" }, new Lstm(3, true) { Name = "b", Reads = new("input", "a.h", "a.c") },
            new Concatenate { Reads = new("a", "b") }, new Dense(2)),
        ["learned state"] = ragged => new(
            ragged, Values, new LearnedState(8) { Name = "begin" }, new Gru(4, true)
            {
                Bidirectional = true,
                Reads = new("input", "begin"),
            }, new Pooling(PoolingMode.Mean), new Dense(2)),
        ["embedding, norm, tied"] = ragged => new(
            ragged, Tokens, new Embedding(4) { Name = "words" }, new LayerNorm(), new Gru(4, true), new Dropout(0.5), new Activation(ActivationFunction.Relu),
            new TiedDense("words", 6)),
        ["pooling max"] = ragged =>
            new(ragged, Tokens, new Embedding(4), new Gru(4, true), new Pooling(PoolingMode.Max), new Dense(3) { Activation = ActivationFunction.Sigmoid }),
        ["pooling sum"] = ragged => new(ragged, Tokens, new Embedding(4), new Gru(4, true), new Pooling(PoolingMode.Sum), new Dense(3)),
        ["pooling last"] = ragged =>
            new(ragged, Tokens, new Embedding(4), new MinGru(4, true), new Pooling(PoolingMode.Last), new Dense(3) { Activation = ActivationFunction.Tanh }),
        ["attention dot"] = ragged =>
            new(ragged, Values, new Gru(4, true) { Name = "a" }, new Attention(AttentionScore.Dot) { Reads = new("a", "a"), Causal = true }, new Dense(2)),
        ["attention scaled"] = ragged =>
            new(ragged, Values, new Gru(4, true) { Name = "a" }, new Attention(AttentionScore.ScaledDot) { Reads = new("a", "a") }, new Dense(2)),
        ["attention general"] = ragged =>
            new(ragged, Values, new Gru(4, true) { Name = "a" }, new Attention(AttentionScore.General) { Reads = new("input", "a") }, new Dense(2)),
        ["attention pooling"] = ragged => new(
            ragged, Values, new Gru(4, true) { Name = "a" }, new LearnedState(5) { Name = "query" },
            new Attention(AttentionScore.Additive) { Reads = new("query", "a") }, new Dense(2)),
        ["decoder additive gru"] = ragged => new(ragged, Two, Decoder(new AttentionDecoder(4) { Reads = new("c", "w", "bridge") })),
        ["decoder general lstm"] = ragged => new(
            ragged, Two, Decoder(new AttentionDecoder(4)
            {
                Cell = DecoderCell.Lstm,
                Score = AttentionScore.General,
                Reads = new("c", "w", "bridge", "bridge"),
            })),
        ["decoder dot gru"] = ragged => new(ragged, Two, Decoder(new AttentionDecoder(4) { Score = AttentionScore.Dot, Reads = new("c", "w") })),
    };

    /// <summary>Those that need rows of equal length, or of a certain one.</summary>
    public static readonly IReadOnlyDictionary<string, Func<NetworkCase>> OfSixSteps = new Dictionary<string, Func<NetworkCase>>
    {
        ["segments"] = () => new(false, Values, new Segments(3), new Gru(4, true), new Dense(2)),
        ["flatten"] = () => new(false, Values, new Lstm(4) { Name = "a" }, new Flatten(6) { Reads = new("input") },
            new Concatenate { Reads = new("a", "flatten") }, new Dense(2)),
    };

    /// <summary>Characters are brought to words, which needs rows that agree.</summary>
    public static NetworkCase OfWords() => new(
        true, Two, new Embedding(4) { Name = "wv", Reads = new("words") }, new Embedding(3) { Name = "cv", Reads = new("characters") },
        new Gru(4, true) { Name = "spelling" },
        new BoundaryStates(0) { Reads = new("spelling", "words", "characters") }, new Concatenate { Reads = new("wv", "boundaryStates") }, new Dense(2));

    private static LayerSpec[] Decoder(AttentionDecoder decoder) =>
    [
        new Embedding(4) { Name = "wv", Reads = new("words") }, new Gru(2, true) { Name = "w", Bidirectional = true },
        new Dense(4) { Name = "bridge", Reads = new("w.h") },
        new Embedding(3) { Name = "c", Reads = new("characters") }, decoder, new Dense(2),
    ];
}

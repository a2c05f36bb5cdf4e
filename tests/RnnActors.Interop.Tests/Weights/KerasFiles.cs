using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;

namespace RnnActors.Interop.Tests.Weights;

/// <summary>Weights that Keras wrote, and the model that they are of.</summary>
internal static class KerasFiles
{
    public static readonly Model Model = new(
        new ModelSpec([new Embedding(3), new Gru(2, true), new Lstm(2) { ReturnSequences = true, Bidirectional = true }, new Dropout(0.1), new Gru(3, true),
            new LayerNorm(), new Dense(2)]), Shape.Tokens(5));

    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Weights", "Golden", name);
}

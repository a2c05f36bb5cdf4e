using RnnActors.Core.Layers;
using RnnActors.Data.Wording;

namespace RnnActors.Runs.Stories;

/// <summary>A layer in a few characters: <c>2×lstm 64</c>.</summary>
public static class LayerText
{
    public static string Of(LayerSpec layer) => layer switch
    {
        Recurrent recurrent =>
            $"{(recurrent.Layers > 1 ? $"{recurrent.Layers}×" : "")}{(recurrent.Bidirectional ? "bidirectional " : "")}{recurrent.Kind} {recurrent.Units}",
        Dense dense => $"dense {dense.Units}",
        Embedding embedding => $"embedding {embedding.Units}",
        Dropout dropout => $"{(dropout.Variational ? "variational " : "")}dropout {Figures.Number(dropout.Rate)}",
        _ => layer.Kind,
    };
}

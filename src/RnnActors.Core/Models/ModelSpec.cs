using RnnActors.Core.Layers;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>A stack of layers, before it has parameters.</summary>
public sealed record ModelSpec(IReadOnlyList<LayerSpec> Layers)
{
    /// <summary>The same stack with every <see cref="Dense.TaskOutputs"/> replaced by <paramref name="outputs"/>.</summary>
    public ModelSpec WithOutputs(int outputs) =>
        new([.. Layers.Select(layer => layer switch
        {
            Dense { Units: Dense.TaskOutputs } dense => dense with { Units = outputs },
            TiedDense { Units: Dense.TaskOutputs } tied => tied with { Units = outputs },
            _ => layer,
        })]);

    /// <summary>The same stack with every <see cref="Flatten.TaskSteps"/> replaced by <paramref name="steps"/>.</summary>
    public ModelSpec WithSteps(int steps) =>
        new([.. Layers.Select(layer => layer is Flatten { Steps: Flatten.TaskSteps } flatten ? flatten with { Steps = steps } : layer)]);

    /// <summary>The same stack behind embeddings of inputs of tokens, which stand beside the first input's values at each step.</summary>
    /// <param name="inputs">Names of inputs, and how many values a token's vector has.</param>
    public ModelSpec WithEmbeddings(IReadOnlyList<(string Input, int Units)> inputs)
    {
        if (inputs.Count == 0) return this;
        Embedding[] embeddings = [.. inputs.Select((input, i) => new Embedding(input.Units) { Name = $"category_{i + 1}", Reads = new(input.Input) })];
        Concatenate joined = new() { Name = "categories", Reads = new([InputNames.Default, .. embeddings.Select(layer => layer.Name!)]) };
        return new([.. embeddings, joined, .. Layers]);
    }

    /// <summary>
    /// The same stack with other recurrent layers. The vectors of an embedding that a recurrent layer's output is compared with
    /// (<see cref="TiedDense"/>) get as many values as that output has.
    /// </summary>
    /// <param name="units">Hidden units of each recurrent layer; null for as many as there are.</param>
    /// <param name="layers">Layers of each stack; null for as many as there are.</param>
    public ModelSpec WithRecurrent(int? units, int? layers)
    {
        LayerSpec[] changed =
        [
            .. Layers.Select(layer => layer is Recurrent recurrent
                ? recurrent with { Units = units ?? recurrent.Units, Layers = layers ?? recurrent.Layers }
                : layer),
        ];
        for (int i = 0; i < changed.Length; i++)
        {
            if (changed[i] is not TiedDense tied) continue;
            int below = Array.FindLastIndex(changed, i - 1, i, layer => layer is not (Dropout or LayerNorm));
            int embedding = Array.FindIndex(changed, layer => layer is Embedding && (layer.Name ?? layer.Kind) == tied.Embedding);
            if (below < 0 || embedding < 0 || changed[below] is not Recurrent last) continue;
            changed[embedding] = (Embedding)changed[embedding] with { Units = last.OutputUnits * last.Directions };
        }

        return new(changed);
    }
}

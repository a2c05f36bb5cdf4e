using RnnActors.Core.Layers;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>A model's layers as the user specified them, without shapes or parameters.</summary>
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

    /// <summary>
    /// The same stack with embeddings for further inputs of tokens. Their vectors are concatenated with the first input's values at each step.
    /// </summary>
    /// <param name="inputs">For each input, its name and the size of its vectors.</param>
    public ModelSpec WithEmbeddings(IReadOnlyList<(string Input, int Units)> inputs)
    {
        if (inputs.Count == 0) return this;
        Embedding[] embeddings = [.. inputs.Select((input, i) => new Embedding(input.Units) { Name = $"category_{i + 1}", Reads = new(input.Input) })];
        Concatenate joined = new() { Name = "categories", Reads = new([InputNames.Default, .. embeddings.Select(layer => layer.Name!)]) };
        return new([.. embeddings, joined, .. Layers]);
    }

    /// <summary>
    /// The same stack with another size of its recurrent layers. An embedding tied to a recurrent layer's output (<see cref="TiedDense"/>) gets vectors as wide
    /// as that output.
    /// </summary>
    /// <param name="units">Hidden units of each recurrent layer; null to leave them.</param>
    /// <param name="layers">Stacked layers of each recurrent layer; null to leave them.</param>
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

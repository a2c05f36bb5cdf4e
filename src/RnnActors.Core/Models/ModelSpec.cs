using RnnActors.Core.Layers;

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
}

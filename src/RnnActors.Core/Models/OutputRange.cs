using System.Globalization;
using RnnActors.Core.Layers;

namespace RnnActors.Core.Models;

/// <summary>The range that a model's last layer can reach, compared with the targets.</summary>
public static class OutputRange
{
    /// <summary>A warning where targets lie outside the range of the last layer's activation, so that the loss cannot become small; else null.</summary>
    public static string? Warn(Model model, float minTarget, float maxTarget) => Find(model, minTarget, maxTarget) is not { } found
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{found}, but the targets reach from {minTarget:G4} to {maxTarget:G4}. ")
            + "The loss cannot become small. Add a dense layer without an activation behind it, or scale the targets.";

    /// <summary>The first half of that warning: the last layer and the range that it cannot leave; null where the targets lie inside.</summary>
    /// <returns>A sentence without its full stop.</returns>
    public static string? Find(Model model, float minTarget, float maxTarget)
    {
        var layer = model.Spec.Layers[^1];
        (double min, double max, string function) = Of(layer);
        if (minTarget >= min && maxTarget <= max) return null;
        string name = model.NameOf(model.Spec.Layers.Count - 1);
        string range = double.IsPositiveInfinity(max) ? $"[{min}, ∞)" : $"({min}, {max})";
        return string.Create(CultureInfo.InvariantCulture, $"The last layer, {name}, ends with {function} and cannot leave {range}");
    }

    private static (double Min, double Max, string Function) Of(LayerSpec layer) => layer switch
    {
        Lstm { Projection: 0 } => (-1, 1, "tanh"),
        Gru => (-1, 1, "tanh"),
        SimpleRnn rnn => Of(rnn.Activation),
        Dense dense => Of(dense.Activation),
        Activation activation => Of(activation.Function),
        _ => (double.NegativeInfinity, double.PositiveInfinity, ""),
    };

    private static (double Min, double Max, string Function) Of(ActivationFunction function) => function switch
    {
        ActivationFunction.Tanh => (-1, 1, "tanh"),
        ActivationFunction.Sigmoid => (0, 1, "sigmoid"),
        ActivationFunction.Relu => (0, double.PositiveInfinity, "ReLU"),
        _ => (double.NegativeInfinity, double.PositiveInfinity, ""),
    };
}

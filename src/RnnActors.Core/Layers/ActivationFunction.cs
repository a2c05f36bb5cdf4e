using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Layers;

/// <summary>An element-wise function. PyTorch's and Keras's definitions.</summary>
public enum ActivationFunction
{
    Linear,
    Tanh,
    Relu,
    Sigmoid,
}

/// <summary>The kernels behind each <see cref="ActivationFunction"/>.</summary>
internal static class ActivationFunctions
{
    /// <summary>Replaces every value by its function.</summary>
    public static void Apply(this ActivationFunction function, Span<float> values)
    {
        switch (function)
        {
            case ActivationFunction.Tanh: Tanh.Apply(values, values); break;
            case ActivationFunction.Relu: Relu.Apply(values, values); break;
            case ActivationFunction.Sigmoid: Sigmoid.Apply(values, values); break;
            default: break;
        }
    }

    /// <summary>
    /// Backpropagates through the function, in place: turns the gradient with respect to its results into that with respect to its arguments.
    /// </summary>
    /// <param name="results">The function's results.</param>
    public static void Differentiate(this ActivationFunction function, ReadOnlySpan<float> results, Span<float> gradient)
    {
        switch (function)
        {
            case ActivationFunction.Tanh: Map.Apply<TanhGradient>(results, gradient, gradient); break;
            case ActivationFunction.Relu: Map.Apply<ReluGradient>(results, gradient, gradient); break;
            case ActivationFunction.Sigmoid: Map.Apply<SigmoidGradient>(results, gradient, gradient); break;
            default: break;
        }
    }
}

namespace RnnActors.Core.Layers;

/// <summary>An element-wise function. PyTorch's and Keras's definitions.</summary>
public enum ActivationFunction
{
    Linear,
    Tanh,
    Relu,
    Sigmoid,
}

namespace RnnActors.Core.Reference;

/// <summary>
/// The parameters of one recurrent layer and direction, or their gradients, in PyTorch's shapes. G gates are stacked: 1 for SimpleRnn, 4 for Lstm (i, f, g, o),
/// 3 for Gru (r, z, n), 2 for MinGru (z, n), 3 for MinLstm (f, i, n).
/// </summary>
/// <param name="WeightIh">From the input, (G·H, I).</param>
/// <param name="WeightHh">From the hidden state, (G·H, H); (0, H) where no gate reads it.</param>
/// <param name="BiasIh">(G·H).</param>
/// <param name="BiasHh">(G·H); empty where no gate reads the hidden state.</param>
public sealed record RecurrentParameters(double[,] WeightIh, double[,] WeightHh, double[] BiasIh, double[] BiasHh)
{
    /// <summary>H.</summary>
    public int Units => WeightHh.GetLength(1);

    /// <summary>I.</summary>
    public int Features => WeightIh.GetLength(1);

    /// <summary>Zeros of the same shapes, to accumulate gradients in.</summary>
    public RecurrentParameters Zeros() =>
        new(new double[BiasIh.Length, Features], new double[BiasHh.Length, Units], new double[BiasIh.Length], new double[BiasHh.Length]);
}

/// <summary>The gradients that backpropagation through time computes.</summary>
/// <param name="Parameters">The gradients of the parameters, summed over the steps.</param>
/// <param name="Input">(T, I).</param>
/// <param name="InitialHidden">(H).</param>
public sealed record RecurrentGradients(RecurrentParameters Parameters, double[,] Input, double[] InitialHidden);

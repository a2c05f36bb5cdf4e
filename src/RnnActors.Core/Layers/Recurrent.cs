namespace RnnActors.Core.Layers;

/// <summary>A stack of recurrent layers of one kind. Subclasses name the cell.</summary>
/// <param name="Units">Hidden units H of each layer and direction.</param>
public abstract record Recurrent(int Units) : LayerSpec
{
    /// <summary>Layers stacked on one another, each reading the whole output of the one below.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>A second set of cells reads the sequence backwards; the outputs are concatenated, 2H values a step.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Output every step (T, B, H), or only the last one (B, H), which is Keras's default.</summary>
    public bool ReturnSequences { get; init; }

    /// <summary>The share of a layer's outputs dropped before the next layer of the stack, as PyTorch does it.</summary>
    public double Dropout { get; init; }

    /// <summary>The share of the hidden state dropped before it enters the recurrent product; one mask a sequence. Gal and Ghahramani 2016.</summary>
    public double RecurrentDropout { get; init; }

    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal;

    public int Directions => Bidirectional ? 2 : 1;

    public override Signal Output(Signal input)
    {
        if (input.IsTokens)
            throw new Problems.InvalidInputException($"a {Kind} layer cannot read tokens", "Put an embedding layer before it");
        if (!input.IsSequence)
            throw new Problems.InvalidInputException($"a {Kind} layer needs a sequence, but the layer before it gives only its last step", "Set returnSequences on the layer before it");
        return new Signal(Units * Directions, ReturnSequences);
    }
}

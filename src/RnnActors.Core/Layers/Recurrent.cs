using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;

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
            throw new InvalidInputException($"a {Kind} layer cannot read tokens", "Put an embedding layer before it");
        if (!input.IsSequence)
            throw new InvalidInputException($"a {Kind} layer needs a sequence, but the layer before it gives only its last step", "Set returnSequences on the layer before it");
        return new Signal(Units * Directions, ReturnSequences);
    }

    public override int StateWidth => Layers * Directions * Units * StatesOfCell;

    /// <summary>Vectors of H that a cell carries from step to step.</summary>
    internal virtual int StatesOfCell => 1;

    /// <summary>Gates of a cell, whose weights are stacked in one matrix.</summary>
    internal abstract int Gates { get; }

    public override void Declare(ParameterLayout layout, string prefix, Signal input)
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            int features = layer == 0 ? input.Features : Units * Directions, rows = Gates * Units;
            for (int direction = 0; direction < Directions; direction++)
            {
                string suffix = Suffix(layer, direction);
                layout.Add($"{prefix}weight_ih{suffix}", rows, features, KernelInitializer.Start(rows, features, Gates, Units));
                layout.Add($"{prefix}weight_hh{suffix}", rows, Units, RecurrentInitializer.Start(rows, Units, Gates, Units));
                layout.Add($"{prefix}bias_ih{suffix}", rows, 0, BiasStart());
                layout.Add($"{prefix}bias_hh{suffix}", rows, 0, KernelInitializer.BiasStart(Units));
            }
        }
    }

    public override LayerPass CreatePass(PassSetup setup) => new RecurrentStackPass(this, setup, CreateCell);

    /// <summary>What the names of a layer's parameters end with, in PyTorch's way.</summary>
    internal static string Suffix(int layer, int direction) => $"_l{layer}{(direction == 0 ? "" : "_reverse")}";

    internal abstract RecurrentPass CreateCell(RecurrentPlace place);

    /// <summary>How the input's biases start.</summary>
    internal virtual StartingValue BiasStart() => KernelInitializer.BiasStart(Units);
}

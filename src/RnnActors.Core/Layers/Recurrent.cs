using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>A stack of recurrent layers of one kind. Subclasses name the cell.</summary>
/// <param name="Units">Hidden units H of each layer and direction.</param>
public abstract record Recurrent(int Units) : LayerSpec
{
    /// <summary>Layers stacked on one another, each reading the whole output of the one below.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether a second set of cells reads the sequence backwards. The outputs of both are concatenated, 2H values per step.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Whether the output is every step, (T, B, H), or only the last, (B, H), which is Keras's default.</summary>
    public bool ReturnSequences { get; init; }

    /// <summary>Dropout rate on a layer's outputs before the next layer of the stack, PyTorch's <c>dropout</c>.</summary>
    public double Dropout { get; init; }

    /// <summary>Dropout rate on the hidden state before the recurrent product, with one mask per sequence. Gal and Ghahramani 2016.</summary>
    public double RecurrentDropout { get; init; }

    /// <summary>
    /// The share of the recurrent weights that are dropped while training: DropConnect (Wan et al. 2013) as in AWD-LSTM (Merity et al. 2018).
    /// There is one mask per training step, for all rows of its batch.
    /// </summary>
    public double WeightDropout { get; init; }

    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal;

    public int Directions => Bidirectional ? 2 : 1;

    /// <summary>Outputs of each layer and direction per step: H, or fewer where they are projected.</summary>
    internal virtual int OutputUnits => Units;

    public override Shape Output(Shape input)
    {
        if (input.IsTokens)
            throw new InvalidInputException($"a {Kind} layer cannot read tokens", "Put an embedding layer before it");
        if (!input.IsSequence)
            throw new InvalidInputException($"a {Kind} layer needs a sequence, but the layer before it gives only its last step",
                "Set returnSequences on the layer before it");
        return new Shape(OutputUnits * Directions, ReturnSequences) { Axis = input.Axis };
    }

    public override int StateWidth => Layers * Directions * (OutputUnits + CellUnits);

    /// <summary>Its input, then optionally the initial hidden states, (B, layers · directions · H), and for an LSTM the initial cells.</summary>
    public override int MaxReads => CellUnits > 0 ? 3 : 2;

    /// <summary>Whether the gates have biases: PyTorch's two, or one without a recurrent product.</summary>
    internal virtual bool HasBiases => true;

    /// <summary>Whether the gates read the previous state by a product. If not, they have one bias only.</summary>
    internal virtual bool HasRecurrentProduct => true;

    /// <summary>Number of values that a cell carries from step to step beside its output.</summary>
    internal virtual int CellUnits => 0;

    /// <inheritdoc/>
    /// <returns>The output; <c>.h</c>, the final hidden states of all layers and directions, (B, layers · directions · H); for an LSTM <c>.c</c>, the final
    /// cells.</returns>
    public override IReadOnlyList<NamedSignal> Outputs(IReadOnlyList<Shape> inputs)
    {
        int cells = Layers * Directions;
        if (CellUnits > 0 && inputs.Count == 2)
            throw new InvalidInputException($"a {Kind} layer begins with two states, but reads one", "Name the hidden states and the cells' states");
        int[] widths = [OutputUnits, CellUnits];
        for (int i = 1; i < inputs.Count; i++)
        {
            int width = cells * widths[i - 1];
            if (inputs[i].IsSequence || inputs[i].IsTokens || inputs[i].Features != width)
                throw new InvalidInputException($"a {Kind} layer of {cells} cells begins with {width} values a row, but reads {inputs[i]}",
                    $"Give it a signal of {width} values a row");
        }

        List<NamedSignal> outputs = [new("", Output(inputs[0])), new("h", new Shape(cells * OutputUnits, IsSequence: false))];
        if (CellUnits > 0) outputs.Add(new NamedSignal("c", new Shape(cells * CellUnits, IsSequence: false)));
        return outputs;
    }

    /// <summary>Adds the parameters that only this kind of cell has.</summary>
    internal virtual void DeclareMore(ParameterLayout layout, string prefix, string suffix)
    {
    }

    /// <summary>Number of gates, whose weights are stacked in one matrix.</summary>
    internal abstract int Gates { get; }

    public override void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs)
    {
        if (!HasRecurrentProduct && (RecurrentDropout > 0 || WeightDropout > 0))
            throw new InvalidInputException(
                $"a {Kind} layer has no recurrent product, so nothing of it can be dropped", "Leave recurrentDropout and weightDropout out");
        for (int layer = 0; layer < Layers; layer++)
        {
            int features = layer == 0 ? inputs[0].Features : OutputUnits * Directions, rows = Gates * Units;
            for (int direction = 0; direction < Directions; direction++)
            {
                string suffix = Suffix(layer, direction);
                layout.Add($"{prefix}weight_ih{suffix}", rows, features, KernelInitializer.Start(rows, features, Gates, Units));
                if (HasRecurrentProduct)
                    layout.Add($"{prefix}weight_hh{suffix}", rows, OutputUnits, RecurrentInitializer.Start(rows, OutputUnits, Gates, Units));
                if (HasBiases)
                {
                    layout.Add($"{prefix}bias_ih{suffix}", rows, 0, BiasStart());
                    if (HasRecurrentProduct) layout.Add($"{prefix}bias_hh{suffix}", rows, 0, KernelInitializer.BiasStart(Units));
                }

                DeclareMore(layout, prefix, suffix);
            }
        }
    }

    public override Layer CreateLayer(PassSetup setup) => new RecurrentStackLayer(this, setup, CreateCell);

    /// <summary>The key <c>returnSequences</c>, whose default depends on the layer's position.</summary>
    internal const string ReturnSequencesKey = "returnSequences";

    /// <summary>The keys that all recurrent layers have, and those of the recurrent product where the cell has one.</summary>
    internal static ObjectFormat<T> Keys<T>(string kind, T blank)
        where T : Recurrent
    {
        var keys = new ObjectFormat<T>($"a {kind} layer", blank)
            .Required(kind, "Hidden units H of each layer and direction.", LayerKinds.Units, l => l.Units, (l, v) => (T)(l with { Units = v }))
            .Key("layers", "Layers stacked on one another.", Numbers.Whole(1, 64), l => l.Layers, (l, v) => (T)(l with { Layers = v }))
            .Key(
                "dropout", "The share of a layer's outputs dropped before the next layer of the stack, while training.",
                LayerKinds.Rate, l => l.Dropout, (l, v) => (T)(l with { Dropout = v }));
        if (blank.HasRecurrentProduct)
        {
            keys.Key(
                "recurrentDropout", "The share of the hidden state dropped before the recurrent product, one mask a sequence.",
                LayerKinds.Rate, l => l.RecurrentDropout, (l, v) => (T)(l with { RecurrentDropout = v }));
            keys.Key(
                "weightDropout", "The share of the recurrent weights dropped, one mask a training step (DropConnect, as AWD-LSTM has it).",
                LayerKinds.Rate, l => l.WeightDropout, (l, v) => (T)(l with { WeightDropout = v }));
        }

        keys.Key(
                "bidirectional", "A second set of cells reads the sequence backwards: 2H outputs.",
                LayerKinds.Flag, l => l.Bidirectional, (l, v) => (T)(l with { Bidirectional = v }))
            .Contextual(
                ReturnSequencesKey, "Output every step, or only the last one. Left out: every step, but the last alone in the last recurrent layer of a "
                + "forecast.",
                LayerKinds.Flag, l => l.ReturnSequences, (l, v) => (T)(l with { ReturnSequences = v }))
            .Key(
                "kernelInitializer", "How the input weights start.",
                LayerKinds.Initial, l => l.KernelInitializer, (l, v) => (T)(l with { KernelInitializer = v }));
        if (!blank.HasRecurrentProduct) return keys;
        return keys.Key(
            "recurrentInitializer", "How the recurrent weights start.",
            LayerKinds.Initial, l => l.RecurrentInitializer, (l, v) => (T)(l with { RecurrentInitializer = v }));
    }

    /// <summary>The suffix of a layer's parameter names, as PyTorch writes it.</summary>
    internal static string Suffix(int layer, int direction) => $"_l{layer}{(direction == 0 ? "" : "_reverse")}";

    internal abstract RecurrentLayer CreateCell(RecurrentPlace place);

    /// <summary>Initial values of the input's biases.</summary>
    internal virtual StartingValue BiasStart() => KernelInitializer.BiasStart(Units);
}

using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>Long short-term memory with forget gate, gates in PyTorch's order i, f, g, o. Hochreiter and Schmidhuber 1997; Gers et al. 2000.</summary>
public sealed record Lstm(int Units) : Recurrent(Units)
{
    public Lstm(int units, bool returnSequences)
        : this(units) => ReturnSequences = returnSequences;

    /// <summary>The forget gate's initial bias: 1, so that the cell remembers from the beginning (Jozefowicz et al. 2015).</summary>
    public double ForgetBias { get; init; } = 1;

    public override string Kind => "lstm";

    internal static LayerKind Format() => LayerKind.Of(Keys("lstm", new Lstm(0))
        .Key(
            "forgetBias", "The forget gate's bias at the start; at 1 the cell remembers from the beginning.",
            Numbers.Any(), l => l.ForgetBias, (l, v) => l with { ForgetBias = v })
        .Optional(
            "projection", "Above 0, each step's output is projected to so many values, which the next step reads.",
            Numbers.Whole(0, 65536), l => l.Projection, (l, v) => l with { Projection = v })
        .Optional("layerNorm", "Whether the gates' products and the cells are normalised.", LayerKinds.Flag, l => l.LayerNorm,
            (l, v) => l with { LayerNorm = v }));

    internal override int Gates => 4;

    /// <summary>Above 0, each step's output is projected to this many values, which the next step reads too: PyTorch's <c>proj_size</c>. Sak, Senior and
    /// Beaufays 2014.</summary>
    public int Projection { get; init; }

    /// <summary>Whether the gates' products and the cells are layer-normalised, each with a weight and a bias of its own in place of the gates' biases. Ba,
    /// Kiros and Hinton 2016.</summary>
    public bool LayerNorm { get; init; }

    internal override bool HasBiases => !LayerNorm;

    internal override int OutputUnits => Projection > 0 ? Projection : Units;

    internal override int CellUnits => Units;

    internal override void DeclareMore(ParameterLayout layout, string prefix, string suffix)
    {
        if (LayerNorm)
        {
            if (Projection > 0) throw new InvalidInputException("an LSTM with layer norm has no projection", "Leave one of the two out");
            foreach (var (name, width) in new[] { ("norm_ih", 4 * Units), ("norm_hh", 4 * Units), ("norm_c", Units) })
            {
                layout.Add($"{prefix}{name}{suffix}.weight", width, 0, StartingValue.Constant(1));
                layout.Add($"{prefix}{name}{suffix}.bias", width, 0, name == "norm_ih" ? StartingValue.OfGate(1, 4, ForgetBias) : StartingValue.Zero);
            }
        }

        if (Projection > 0) layout.Add($"{prefix}weight_hr{suffix}", Projection, Units, KernelInitializer.Start(Projection, Units, 1, Units));
    }

    internal override RecurrentLayer CreateCell(RecurrentPlace place) => LayerNorm ? new NormalisedLstmLayer(this, place) : new LstmLayer(this, place);

    internal override StartingValue BiasStart() => KernelInitializer is PyTorchInitializer ? base.BiasStart() : StartingValue.OfGate(1, 4, ForgetBias);
}

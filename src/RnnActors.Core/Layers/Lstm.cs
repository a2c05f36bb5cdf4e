using RnnActors.Core.Parameters;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>Long short-term memory with forget gate, gates in PyTorch's order i, f, g, o. Hochreiter and Schmidhuber 1997; Gers et al. 2000.</summary>
public sealed record Lstm(int Units) : Recurrent(Units)
{
    public Lstm(int units, bool returnSequences)
        : this(units) => ReturnSequences = returnSequences;

    /// <summary>The forget gate's bias at the start: 1, so that the cell remembers from the beginning (Jozefowicz et al. 2015).</summary>
    public double ForgetBias { get; init; } = 1;

    public override string Kind => "lstm";

    internal static LayerKind Format() => LayerKind.Of(Keys("lstm", new Lstm(0))
        .Key(
            "forgetBias", "The forget gate's bias at the start; at 1 the cell remembers from the beginning.",
            Numbers.Any(), l => l.ForgetBias, (l, v) => l with { ForgetBias = v })
        .Optional(
            "projection", "Above 0, each step's output is projected to so many values, which the next step reads.",
            Numbers.Whole(0, 65536), l => l.Projection, (l, v) => l with { Projection = v }));

    internal override int Gates => 4;

    /// <summary>Above 0, each step's output is projected to so many values, which the next step reads: PyTorch's <c>proj_size</c>. Sak, Senior and Beaufays 2014.</summary>
    public int Projection { get; init; }

    internal override int OutputUnits => Projection > 0 ? Projection : Units;

    internal override int CellUnits => Units;

    internal override void DeclareMore(ParameterLayout layout, string prefix, string suffix)
    {
        if (Projection > 0) layout.Add($"{prefix}weight_hr{suffix}", Projection, Units, KernelInitializer.Start(Projection, Units, 1, Units));
    }

    internal override RecurrentPass CreateCell(RecurrentPlace place) => new LstmPass(this, place);

    internal override StartingValue BiasStart() => KernelInitializer is PyTorchInitializer ? base.BiasStart() : new GateStart(1, 4, ForgetBias);
}

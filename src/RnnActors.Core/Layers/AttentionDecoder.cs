using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>The cell of a decoder.</summary>
public enum DecoderCell
{
    Gru,
    Lstm,
}

/// <summary>
/// A recurrent decoder with attention to an encoder. It reads its input (T, B, I), the memory (S, B, K) of the encoder's outputs, and optionally the initial
/// hidden states and cells. With additive scores, the context computed from the previous state enters each step (Bahdanau et al. 2015); it gives the states,
/// and the contexts as <c>.context</c>. With the other scores, each step gives a = tanh(W [context; h] + b), which is fed to the next step (input feeding,
/// Luong et al. 2015).
/// </summary>
/// <param name="Units">H.</param>
public sealed record AttentionDecoder(int Units) : LayerSpec
{
    public DecoderCell Cell { get; init; }

    public AttentionScore Score { get; init; } = AttentionScore.Additive;

    /// <summary>A: the hidden size of additive scores; 0 for H.</summary>
    public int AttentionUnits { get; init; }

    public Initializer KernelInitializer { get; init; } = Initializer.GlorotUniform;

    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal;

    public override string Kind => "attentionDecoder";

    public override int MinReads => 2;

    public override int MaxReads => HasCells ? 4 : 3;

    public override int StateWidth => (HasCells ? 2 * Units : Units) + (ReadsContext ? 0 : Units);

    /// <summary>Whether the context is computed before the step and enters it, instead of input feeding.</summary>
    internal bool ReadsContext => Score == AttentionScore.Additive;

    private bool HasCells => Cell == DecoderCell.Lstm;

    private int Gates => HasCells ? 4 : 3;

    public override Shape Output(Shape input) => throw new InvalidInputException("a decoder reads its input and a memory", "Name both in 'reads'");

    public override IReadOnlyList<NamedSignal> Outputs(IReadOnlyList<Shape> inputs)
    {
        var (input, memory) = (inputs[0], inputs[1]);
        if (input.IsTokens || !input.IsSequence)
            throw new InvalidInputException($"a decoder reads a sequence of values, not {input}", "Put an embedding layer before it");
        Attention.Check(Score, new Shape(Units), memory);
        if (HasCells && inputs.Count == 3)
            throw new InvalidInputException("an LSTM decoder begins with two states, but reads one", "Name the hidden states and the cells' states");
        foreach (var state in inputs.Skip(2))
        {
            if (state.IsSequence || state.Features != Units)
                throw new InvalidInputException($"a decoder of {Units} units begins with {Units} values a row, but reads {state}",
                    $"Put a dense layer of {Units} units before it");
        }

        NamedSignal output = new("", new Shape(Units) { Axis = input.Axis });
        return ReadsContext ? [output, new NamedSignal("context", new Shape(memory.Features) { Axis = input.Axis })] : [output];
    }

    public override void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs)
    {
        int rows = Gates * Units, memory = inputs[1].Features, fed = ReadsContext ? memory : Units;
        layout.Add(prefix + "weight_ih", rows, inputs[0].Features, KernelInitializer.Start(rows, inputs[0].Features, Gates, Units));
        layout.Add(prefix + "weight_hh", rows, Units, RecurrentInitializer.Start(rows, Units, Gates, Units));
        layout.Add(prefix + "bias_ih", rows, 0,
            HasCells ? new Lstm(Units) { KernelInitializer = KernelInitializer }.BiasStart() : KernelInitializer.BiasStart(Units));
        layout.Add(prefix + "bias_hh", rows, 0, KernelInitializer.BiasStart(Units));
        layout.Add(prefix + "weight_fed", rows, fed, KernelInitializer.Start(rows, fed, Gates, Units));
        Attention.Declare(layout, prefix + "attention.", Score, Attention.WidthOf(AttentionUnits, Units), Units, memory, KernelInitializer);
        if (ReadsContext) return;
        layout.Add(prefix + "combine.weight", Units, memory + Units, KernelInitializer.Start(Units, memory + Units, 1, memory + Units));
        layout.Add(prefix + "combine.bias", Units, 0, StartingValue.Zero);
    }

    public override Layer CreateLayer(PassSetup setup) => new AttentionDecoderLayer(this, setup);

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<AttentionDecoder>("a decoder with attention", new AttentionDecoder(0))
        .Required("attentionDecoder", "Hidden units H.", LayerKinds.Units, l => l.Units, (l, v) => l with { Units = v })
        .Key("cell", "gru or lstm.", Names.Of<DecoderCell>(), l => l.Cell, (l, v) => l with { Cell = v })
        .Key("score", "additive, whose context enters each step; or dot, scaledDot or general with input feeding.", Names.Of<AttentionScore>(), l => l.Score,
            (l, v) => l with { Score = v })
        .Key("attentionUnits", "The width of additive scores; 0 for H.", Numbers.Whole(0, 65536), l => l.AttentionUnits,
            (l, v) => l with { AttentionUnits = v })
        .Key("kernelInitializer", "How the input weights start.", LayerKinds.Initial, l => l.KernelInitializer, (l, v) => l with { KernelInitializer = v })
        .Key("recurrentInitializer", "How the recurrent weights start.", LayerKinds.Initial, l => l.RecurrentInitializer,
            (l, v) => l with { RecurrentInitializer = v }));
}

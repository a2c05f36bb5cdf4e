using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>Concatenates the features of its inputs at each step. Keras's <c>Concatenate</c>.</summary>
public sealed record Concatenate : LayerSpec
{
    public override string Kind => "concatenate";

    public override int MinReads => 2;

    public override int MaxReads => 64;

    public override Shape Output(Shape input) => throw new InvalidInputException("a concatenation reads several signals", "Name them in 'reads'");

    public override IReadOnlyList<NamedSignal> Outputs(IReadOnlyList<Shape> inputs)
    {
        var first = inputs[0];
        foreach (var input in inputs)
        {
            if (input.IsTokens) throw new InvalidInputException("a concatenation cannot read tokens", "Put an embedding layer before it");
            if (input.IsSequence != first.IsSequence || (input.IsSequence && input.Axis != first.Axis))
                throw new InvalidInputException($"a concatenation needs signals with the same steps, but reads {first} and {input} of other ones",
                    "Name signals that follow the same input's steps");
        }

        return [new("", first with { Features = inputs.Sum(input => input.Features) })];
    }

    public override Layer CreateLayer(PassSetup setup) => new ConcatenateLayer(this, setup);

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<Concatenate>("a concatenation", new Concatenate())
        .Required("concatenate", "True: the signals that it reads, side by side at each step.", LayerKinds.Flag, _ => true, (l, _) => l));
}

/// <summary>Copies features together, and their gradients apart.</summary>
internal sealed class ConcatenateLayer : Layer
{
    private readonly SignalBuffer[] _inputs;

    public ConcatenateLayer(Concatenate spec, PassSetup setup)
    {
        _inputs = [.. setup.Inputs];
        Output = new SignalBuffer(setup.Input.Layout, spec.Outputs([.. _inputs.Select(input => input.Shape)])[0].Shape, setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => default;

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int column = 0;
        foreach (var input in _inputs)
        {
            CopyColumns(input.Values, input.Features, 0, Output.Values, Output.Features, column, input.Features);
            column += input.Features;
        }
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        int column = 0;
        foreach (var input in _inputs)
        {
            if (input.HasGradient) CopyColumns(Output.Gradient, Output.Features, column, input.Gradient, input.Features, 0, input.Features);
            column += input.Features;
        }
    }

    private void CopyColumns(ReadOnlySpan<float> from, int fromStride, int fromColumn, Span<float> to, int toStride, int toColumn, int columns)
    {
        for (int position = 0; position < Output.Layout.Positions; position++)
            from.Slice((position * fromStride) + fromColumn, columns).CopyTo(to[((position * toStride) + toColumn)..]);
    }
}

using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>
/// Turns states over characters into vectors of words. It reads states (C, B, F), the words (T, B), and the characters (C, B) that the states belong to. It
/// gives (T, B, F): for each word the state at its boundary, the character that ends it. So even unknown words have a vector, made from their spelling. Ling et
/// al. 2015; Akbik et al. 2018.
/// </summary>
/// <param name="Boundary">The token that ends a word among the characters, once per word.</param>
public sealed record BoundaryStates(int Boundary = 0) : LayerSpec
{
    public override string Kind => "boundaryStates";

    public override int MinReads => 3;

    public override int MaxReads => 3;

    public override Shape Output(Shape input) => throw new InvalidInputException("it reads states, words and characters", "Name all three in 'reads'");

    public override IReadOnlyList<NamedSignal> Outputs(IReadOnlyList<Shape> inputs)
    {
        (Shape states, Shape words, Shape characters) = (inputs[0], inputs[1], inputs[2]);
        if (states.IsTokens || !states.IsSequence) throw new InvalidInputException($"the first signal has to be states at every character, not {states}",
            "Set returnSequences on the layer that gives them");
        if (!words.IsSequence || !characters.IsTokens)
            throw new InvalidInputException("the second and third signals have to be the words and the characters", "Name them in 'reads'");
        if (states.Axis != characters.Axis)
            throw new InvalidInputException("the states have other steps than the characters", "Name states of a layer that reads these characters");
        if (Boundary >= characters.Vocabulary)
            throw new InvalidInputException($"the boundary is token {Boundary}, but there are {characters.Vocabulary} characters",
            "Give the number of a character");
        return [new("", new Shape(states.Features) { Axis = words.Axis })];
    }

    public override Layer CreateLayer(PassSetup setup) => new BoundaryStatesLayer(this, setup);

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<BoundaryStates>("states at the boundaries of words", new BoundaryStates())
        .Required("boundaryStates", "The token that ends a word among the characters.", Numbers.Whole(0), l => l.Boundary, (l, v) => l with { Boundary = v }));
}

/// <summary>Copies the states at boundaries forward, and their gradients back.</summary>
internal sealed class BoundaryStatesLayer : Layer
{
    private readonly SignalBuffer _states, _words, _characters;
    private readonly int _boundary;

    public BoundaryStatesLayer(BoundaryStates spec, PassSetup setup)
    {
        (_states, _words, _characters, _boundary) = (setup.Inputs[0], setup.Inputs[1], setup.Inputs[2], spec.Boundary);
        Output = new SignalBuffer(_words.Layout, spec.Outputs([_states.Shape, _words.Shape, _characters.Shape])[0].Shape, setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => default;

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int features = _states.Features;
        for (int row = 0; row < context.Rows; row++)
        {
            int word = 0;
            for (int t = 0; t < _characters.Layout.LengthOf(row); t++)
            {
                int position = _characters.Layout.PositionOf(t, row);
                if (_characters.Tokens[position] != _boundary) continue;
                if (word == _words.Layout.LengthOf(row)) throw Unequal(row, word + 1);
                _states.Values.Slice(position * features, features).CopyTo(Output.Values[(_words.Layout.PositionOf(word, row) * features)..]);
                word++;
            }

            if (word != _words.Layout.LengthOf(row)) throw Unequal(row, word);
        }
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_states.HasGradient) return;
        int features = _states.Features;
        _states.Gradient[.._states.Length].Clear();
        for (int row = 0; row < context.Rows; row++)
        {
            int word = 0;
            for (int t = 0; t < _characters.Layout.LengthOf(row); t++)
            {
                int position = _characters.Layout.PositionOf(t, row);
                if (_characters.Tokens[position] == _boundary)
                    Output.Gradient.Slice(_words.Layout.PositionOf(word++, row) * features, features).CopyTo(_states.Gradient[(position * features)..]);
            }
        }
    }

    private InvalidInputException Unequal(int row, int boundaries) =>
        new($"row {row} of the batch has {_words.Layout.LengthOf(row)} words, but {boundaries} boundaries among its characters or more",
            "End each word with one boundary");
}

using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>
/// Puts consecutive steps side by side, oldest first: (T, B, F) to (T / S, B, S · F), so that a recurrent layer after it takes S steps at once. SegRNN's
/// segments, Lin et al. 2023 (arXiv:2308.11200).
/// </summary>
/// <param name="Steps">S: steps per segment. Every row must have a multiple of it.</param>
public sealed record Segments(int Steps) : LayerSpec
{
    public override string Kind => "segments";

    public override Shape Output(Shape input)
    {
        if (input.IsTokens) throw new InvalidInputException("segments cannot be made of tokens", "Put an embedding layer before it");
        if (!input.IsSequence) throw new InvalidInputException("segments need a sequence, but the layer before gives one value a row",
            "Set returnSequences on the layer before it");
        return new Shape(JoinedSteps.Width(Steps, input)) { Axis = input.Axis with { StepsEach = JoinedSteps.Count(Steps, input) } };
    }

    public override void CheckSteps(string name, int steps, bool isRagged)
    {
        JoinedSteps.RefuseRagged(name, isRagged);
        if (steps > 0 && steps % Steps == 0) return;
        int below = steps / Steps * Steps;
        throw new InvalidInputException(
            $"the layer '{name}' cuts rows into segments of {Steps} steps, but they have {steps} steps, which is no multiple of {Steps}",
            $"Give rows of {(below > 0 ? $"{below} or " : "")}{below + Steps} steps, or segments whose steps divide {steps}");
    }

    public override Layer CreateLayer(PassSetup setup)
    {
        var input = setup.Input.Layout;
        CheckSteps(setup.Name, input.MaxSteps, input.IsRagged);
        return new JoinedStepsLayer(Steps, setup, new SequenceLayout(input.MaxSteps / Steps, setup.Capacity), Output(setup.Input.Shape));
    }

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<Segments>("segments", new Segments(1))
        .Required(
            "segments", "Steps of a segment: so many consecutive steps become one, side by side. All rows have a multiple of it.",
            LayerKinds.Units, l => l.Steps, (l, v) => l with { Steps = v }));
}

using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>Shape arithmetic of the layers that join steps (<see cref="Segments"/>, <see cref="Flatten"/>).</summary>
internal static class JoinedSteps
{
    /// <summary>Features of <paramref name="steps"/> joined steps of a signal.</summary>
    public static int Width(int steps, Shape input) => Times(steps, input.Features, "values");

    /// <summary>How many steps of the network's input make <paramref name="steps"/> steps of a signal.</summary>
    public static int Count(int steps, Shape input) => Times(steps, input.Axis.StepsEach, "steps");

    private static int Times(int steps, int each, string what) => (long)steps * each <= int.MaxValue
        ? steps * each
        : throw new InvalidInputException($"{steps} steps of {each} {what} are too many to join", "Join fewer");

    public static void RefuseRagged(string name, bool isRagged)
    {
        if (isRagged)
            throw new InvalidInputException($"the layer '{name}' joins steps, for which all rows need equal lengths, but these rows have lengths of their own",
                "Leave it out, or pool the steps");
    }
}

/// <summary>Joins consecutive steps of each row into one, and splits their gradients: copies only.</summary>
internal sealed class JoinedStepsLayer : Layer
{
    private readonly SignalBuffer _input;
    private readonly int _steps;

    /// <param name="steps">S: how many steps become one.</param>
    /// <param name="layout">The layout of the output, with T / S steps.</param>
    public JoinedStepsLayer(int steps, PassSetup setup, SequenceLayout layout, Shape output)
    {
        (_input, _steps) = (setup.Input, steps);
        Output = new SignalBuffer(layout, output, setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => default;

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        Output.Layout.Fill(context.Rows);
        int width = _input.Features;
        for (int t = 0; t < _input.Layout.Steps; t++)
            for (int row = 0; row < context.Rows; row++) _input.Values.Slice(PositionOf(t, row) * width, width).CopyTo(Output.Values[JoinedAt(t, row)..]);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_input.HasGradient) return;
        int width = _input.Features;
        for (int t = 0; t < _input.Layout.Steps; t++)
            for (int row = 0; row < context.Rows; row++) Output.Gradient.Slice(JoinedAt(t, row), width).CopyTo(_input.Gradient[(PositionOf(t, row) * width)..]);
    }

    private int PositionOf(int t, int row) => _input.Layout.PositionOf(t, row);

    /// <summary>Where a step's values begin in the output.</summary>
    private int JoinedAt(int t, int row) => (Output.Layout.PositionOf(t / _steps, row) * Output.Features) + (t % _steps * _input.Features);
}

using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>A learned initial state: a vector, the same for each row, (B, Units), with which recurrent layers begin instead of zeros.</summary>
/// <param name="Units">For a recurrent layer: its layers · directions · H.</param>
public sealed record LearnedState(int Units) : LayerSpec
{
    public override string Kind => "learnedState";

    /// <summary>A vector per row. Its input tells only how many rows there are.</summary>
    public override Shape Output(Shape input) => new(Units, IsSequence: false);

    public override void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs) =>
        layout.Add(prefix + "weight", Units, 0, StartingValue.Zero);

    public override Layer CreateLayer(PassSetup setup) => new LearnedStateLayer(this, setup);

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<LearnedState>("a learned state", new LearnedState(0))
        .Required("learnedState", "The state's width; for a recurrent layer, its layers times directions times units.", LayerKinds.Units, l => l.Units,
            (l, v) => l with { Units = v }));
}

/// <summary>Copies the vector to each row; its gradient is the sum over the rows.</summary>
internal sealed class LearnedStateLayer(LearnedState spec, PassSetup setup) : Layer
{
    private readonly ParameterSlot _slot = setup.Layout[setup.Prefix + "weight"];
    private readonly float[] _values = new float[spec.Units];

    public override SignalBuffer Output { get; } = new(setup.RowLayout, spec.Output(setup.Input.Shape), setup.Training);

    public override ParameterRange Range => ParameterRange.Covering(_slot);

    public override void Prepare(ReadOnlyMemory<float> parameters) => _slot.Of(parameters.Span).CopyTo(_values);

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        for (int row = 0; row < context.Rows; row++) _values.CopyTo(Output.Values[(row * _values.Length)..]);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        // The output does not depend on the input, so there is no gradient to pass on.
    }

    public override void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open) =>
        LayoutSum.Of(order, Output.Layout).Transposed(Output.Gradient, spec.Units, spec.Units, default, default, gradient);
}

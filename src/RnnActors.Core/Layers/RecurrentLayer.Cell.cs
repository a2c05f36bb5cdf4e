using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Layers;

/// <summary>What a cell says of itself: its step forward and backward, and the states that it carries.</summary>
internal abstract partial class RecurrentLayer
{
    /// <summary>Where both biases only ever add up, they are added once.</summary>
    protected virtual void CombineBiases() => Add.Into(Bias.Span, RecurrentBias.Span);

    /// <summary>Adds the recurrent product and runs the cell at the <paramref name="k"/>-th step of this direction.</summary>
    /// <param name="rows">Rows that are active then.</param>
    /// <param name="read">(rows, <see cref="Width"/>): the state before, as the product reads it (with values dropped).</param>
    /// <param name="previous">(rows, <see cref="Width"/>): the state before.</param>
    /// <param name="output">(rows, <see cref="Width"/>), rows <paramref name="outputStride"/> apart.</param>
    protected abstract void StepForward(
        int k, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride,
        Span<float> output, int outputStride);

    /// <summary>
    /// Turns the gates at the <paramref name="k"/>-th step of this direction into their gradients. Returns whether <paramref name="hidden"/> then holds
    /// a gradient that reached the state before directly, to which the recurrent product's is added.
    /// </summary>
    /// <param name="outputGradient">(rows, <see cref="Width"/>), rows <paramref name="stride"/> apart.</param>
    /// <param name="hidden">(rows, <see cref="Width"/>): the gradient that comes from the step after.</param>
    protected abstract bool StepBackward(
        int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden);

    /// <summary>
    /// (rows, gates · H), rows <see cref="GateStride"/> apart: the gradient with respect to the recurrent product at time <paramref name="t"/>,
    /// after the cell's step.
    /// </summary>
    protected virtual ReadOnlySpan<float> RecurrentGatesGradient(int t) => GatesAt(t);

    /// <summary>A forward pass begins.</summary>
    protected virtual void Begin(StateRows initial)
    {
        if (initial.IsEmpty) InitialHidden.Span[..(Layout.Rows * Width)].Clear();
        else CopyRows(initial.Hidden, initial.HiddenStride, InitialHidden.Span, Width, Layout.Rows, Width);
    }

    /// <summary>Each row's state after its own last step.</summary>
    protected virtual void StoreState(StateTarget state) =>
        Direction.CopyFinal(Place.Output.Values[Place.OutputColumn..], Place.Output.Features, state.Hidden, state.HiddenStride, Width);

    /// <summary>A backward pass begins: what is carried starts from the final states' gradient.</summary>
    protected virtual void BeginBackward(StateRows finalGradient) =>
        Direction.Start(_hiddenGradient.Span, Width, finalGradient.Hidden, finalGradient.HiddenStride);

    /// <summary>The backward pass reaches the <paramref name="k"/>-th step, where other rows may be active.</summary>
    protected virtual void GoBack(int k, StateRows finalGradient) =>
        Direction.GoBack(k, _hiddenGradient.Span, Width, finalGradient.Hidden, finalGradient.HiddenStride);

    /// <summary>Writes what is carried before the <paramref name="k"/>-th step as the initial state's gradient, of the rows whose first step it is.</summary>
    protected virtual void StoreInitialGradient(int k, StateTarget initialGradient) =>
        Direction.CopyFirst(k, _hiddenGradient.Span, Width, initialGradient.Hidden, initialGradient.HiddenStride);
}

using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Core.Layers;

/// <summary>What each cell implements: its step forward and backward, and the states that it carries.</summary>
internal abstract partial class RecurrentLayer
{
    /// <summary>Adds the recurrent bias to the input's once, which is possible for cells that only ever use their sum.</summary>
    protected virtual void CombineBiases() => Add.Into(Bias.Span, RecurrentBias.Span);

    /// <summary>Adds the recurrent product and runs the cell at the <paramref name="k"/>-th step of this direction.</summary>
    /// <param name="rows">Rows that are active at that step.</param>
    /// <param name="read">(rows, <see cref="Width"/>): the previous state as the product reads it, after dropout.</param>
    /// <param name="previous">(rows, <see cref="Width"/>): the previous state.</param>
    /// <param name="output">(rows, <see cref="Width"/>), rows <paramref name="outputStride"/> apart.</param>
    protected abstract void StepForward(
        int k, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride,
        Span<float> output, int outputStride);

    /// <summary>
    /// Turns the gates at the <paramref name="k"/>-th step of this direction into their gradients. Returns whether <paramref name="hidden"/> then holds
    /// a gradient that bypasses the recurrent product (a direct path to the previous state), to which the product's gradient must be added.
    /// </summary>
    /// <param name="outputGradient">(rows, <see cref="Width"/>), rows <paramref name="stride"/> apart.</param>
    /// <param name="hidden">(rows, <see cref="Width"/>): the gradient from the step after.</param>
    protected abstract bool StepBackward(
        int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden);

    /// <summary>
    /// (rows, gates · H), rows <see cref="GateStride"/> apart: the gradient with respect to the recurrent product at time <paramref name="t"/>,
    /// after the cell's step.
    /// </summary>
    protected virtual ReadOnlySpan<float> RecurrentGatesGradient(int t) => GatesAt(t);

    /// <summary>Begins a forward pass.</summary>
    protected virtual void Begin(StateRows initial)
    {
        if (initial.IsEmpty) InitialHidden.Span[..(Layout.Rows * Width)].Clear();
        else CopyRows(initial.Hidden, initial.HiddenStride, InitialHidden.Span, Width, Layout.Rows, Width);
    }

    /// <summary>Writes each row's state after its own last step.</summary>
    protected virtual void StoreState(StateTarget state) =>
        Direction.CopyFinal(Place.Output.Values[Place.OutputColumn..], Place.Output.Features, state.Hidden, state.HiddenStride, Width);

    /// <summary>Begins a backward pass: the carried gradient starts with the final states'.</summary>
    protected virtual void BeginBackward(StateRows finalGradient) =>
        Direction.Start(_hiddenGradient.Span, Width, finalGradient.Hidden, finalGradient.HiddenStride);

    /// <summary>Moves the carried gradient to the <paramref name="k"/>-th step, where other rows may be active.</summary>
    protected virtual void GoBack(int k, StateRows finalGradient) =>
        Direction.GoBack(k, _hiddenGradient.Span, Width, finalGradient.Hidden, finalGradient.HiddenStride);

    /// <summary>Writes the carried gradient as that of the initial state, for rows whose first step is the <paramref name="k"/>-th.</summary>
    protected virtual void StoreInitialGradient(int k, StateTarget initialGradient) =>
        Direction.CopyFirst(k, _hiddenGradient.Span, Width, initialGradient.Hidden, initialGradient.HiddenStride);
}

namespace RnnActors.Core.Layers;

/// <summary>
/// A layer that gives its input's gradient a step at a time, when it is asked for it, instead of all at once. So less memory is written and read.
/// </summary>
internal interface IStepGradients
{
    /// <summary>The gradient with respect to the input at time <paramref name="t"/>, after the layer's own backward pass.</summary>
    /// <param name="gradient">(rows active, F), overwritten.</param>
    void Compute(int t, Span<float> gradient);
}

namespace RnnActors.Core.Layers;

/// <summary>
/// A layer that computes its input's gradient on demand, one step at a time, instead of all at once. So less memory is written and read.
/// </summary>
internal interface IStepGradients
{
    /// <summary>Computes the gradient with respect to the input at time <paramref name="t"/>, after the layer's own backward pass.</summary>
    /// <param name="gradient">(rows active, F), overwritten.</param>
    void Compute(int t, Span<float> gradient);
}

namespace RnnActors.Core.Optimizers;

/// <summary>One update of a segment of the parameters.</summary>
/// <param name="Step">The number of this update, from 1.</param>
/// <param name="LearningRate">The rate at this step, after the schedule.</param>
/// <param name="GradientScale">What the gradients are multiplied with first: below 1 where the global norm is clipped.</param>
/// <param name="ClipValue">After scaling, gradients are limited to ±ClipValue; infinity where they are not.</param>
/// <param name="AverageWeight">The share of the updated parameters in their mean, as <see cref="Averaging.WeightOf"/> says; 0 where none is kept.</param>
public readonly record struct UpdateStep(
    long Step, float LearningRate, float GradientScale = 1, float ClipValue = float.PositiveInfinity, float AverageWeight = 0);

/// <summary>
/// How parameters follow gradients. An optimiser is its hyperparameters alone; its moments lie beside the parameters, in blocks of the same length, so a
/// segment of all of them can be updated anywhere. The update is element by element: how the vector is cut into segments changes no bit.
/// </summary>
/// <param name="LearningRate">The rate before the schedule.</param>
public abstract record Optimizer(double LearningRate)
{
    /// <summary>The name in specifications: <c>sgd</c>, <c>rmsProp</c>, <c>adam</c>, <c>adamW</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Names of the moment blocks, in their order, as checkpoints store them: empty, or one or two names.</summary>
    public abstract IReadOnlyList<string> Moments { get; }

    /// <summary>Updates a segment in place.</summary>
    /// <param name="parameters">(n).</param>
    /// <param name="gradients">(n).</param>
    /// <param name="firstMoment">(n), or empty where <see cref="Moments"/> has no first.</param>
    /// <param name="secondMoment">(n), or empty where <see cref="Moments"/> has no second.</param>
    public abstract void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, UpdateStep step);
}

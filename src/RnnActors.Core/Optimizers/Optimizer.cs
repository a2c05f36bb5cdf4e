namespace RnnActors.Core.Optimizers;

/// <summary>One update of a segment of the parameters.</summary>
/// <param name="Step">The number of this update, from 1.</param>
/// <param name="LearningRate">The rate at this step, after the schedule.</param>
/// <param name="GradientScale">Gradients are first multiplied by it: below 1 where the global norm is clipped.</param>
/// <param name="ClipValue">After scaling, gradients are clipped to ±ClipValue; infinity for no clipping.</param>
/// <param name="AverageWeight">The share of the updated parameters in their mean, see <see cref="Averaging.WeightOf"/>; 0 where no mean is kept.</param>
public readonly record struct UpdateStep(
    long Step, float LearningRate, float GradientScale = 1, float ClipValue = float.PositiveInfinity, float AverageWeight = 0);

/// <summary>
/// How gradients update parameters. An optimiser holds only its hyperparameters. Its moments lie beside the parameters, in blocks of the same length, so that
/// any segment can be updated anywhere. The update is element by element: how the vector is cut into segments changes no bit.
/// </summary>
/// <param name="LearningRate">The rate before the schedule's factor.</param>
public abstract record Optimizer(double LearningRate)
{
    /// <summary>The name in specifications: <c>sgd</c>, <c>rmsProp</c>, <c>adam</c>, <c>adamW</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Names of the moment blocks in their order (none, one or two), as checkpoints store them.</summary>
    public abstract IReadOnlyList<string> Moments { get; }

    /// <summary>Updates a segment in place.</summary>
    /// <param name="parameters">(n).</param>
    /// <param name="gradients">(n).</param>
    /// <param name="firstMoment">(n), or empty where <see cref="Moments"/> has no first.</param>
    /// <param name="secondMoment">(n), or empty where <see cref="Moments"/> has no second.</param>
    public abstract void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, UpdateStep step);
}

namespace RnnActors.Runs.Losses;

/// <summary>A curve of losses. Losses that are not finite leave a gap.</summary>
/// <param name="At">Epochs or steps, ascending.</param>
public sealed record LossCurve(double[] At, double[] Losses)
{
    public static readonly LossCurve None = new([], []);
}

/// <summary>The losses of a run as curves.</summary>
/// <param name="Title">The plot's title, one line.</param>
/// <param name="Loss">The loss's name: <c>mean squared error</c>.</param>
/// <param name="Axis">What <see cref="LossCurve.At"/> counts: <c>epoch</c> or <c>step</c>.</param>
/// <param name="Validation"><see cref="LossCurve.None"/> where there are no validation rows.</param>
/// <param name="Best">Position of the kept checkpoint; null for no mark.</param>
public sealed record LossCurves(string Title, string Loss, string Axis, LossCurve Training, LossCurve Validation, double? Best = null);

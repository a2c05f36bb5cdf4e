namespace RnnActors.Core.Losses;

/// <summary>(y - t)².</summary>
public sealed record MeanSquaredError : ValueLoss
{
    public override string Name => "mse";

    public override LossSum Evaluate(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient) =>
        Evaluate(default(Formula), outputs, targets, scale, gradient);

    private readonly struct Formula : IFormula
    {
        public double Loss(double d) => d * d;

        public double Slope(double d) => 2 * d;
    }
}

namespace RnnActors.Core.Losses;

/// <summary>½(y - t)² where |y - t| ≤ δ, else δ(|y - t| - ½δ). Huber 1964; PyTorch's <c>HuberLoss</c>.</summary>
public sealed record Huber(double Delta = 1) : ValueLoss
{
    public override string Name => "huber";

    public override LossSum Evaluate(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient) =>
        Evaluate(new Formula(Delta), outputs, targets, scale, gradient);

    private readonly struct Formula(double delta) : IFormula
    {
        public double Loss(double d)
        {
            double magnitude = Math.Abs(d);
            return magnitude <= delta ? 0.5 * d * d : delta * (magnitude - (0.5 * delta));
        }

        public double Slope(double d) => d > delta ? delta : d < -delta ? -delta : d;
    }
}

namespace RnnActors.Core.Objectives;

/// <summary>(y - t)².</summary>
public sealed record MeanSquaredError : ValueLoss
{
    public override string Name => "mse";

    public override LossSum EvaluateStep(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient) =>
        Evaluate(default(Formula), outputs, targets, scale, gradient);

    private readonly struct Formula : IFormula
    {
        public double Loss(double d) => d * d;

        public double Slope(double d) => 2 * d;
    }
}

/// <summary>|y - t|; its slope at 0 is 0.</summary>
public sealed record MeanAbsoluteError : ValueLoss
{
    public override string Name => "mae";

    public override LossSum EvaluateStep(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient) =>
        Evaluate(default(Formula), outputs, targets, scale, gradient);

    private readonly struct Formula : IFormula
    {
        public double Loss(double d) => Math.Abs(d);

        // d is 0 or NaN here, and is its own slope.
        public double Slope(double d) => d > 0 ? 1 : d < 0 ? -1 : d;
    }
}

/// <summary>½(y - t)² where |y - t| ≤ δ, else δ(|y - t| - ½δ). Huber 1964; PyTorch's <c>HuberLoss</c>.</summary>
public sealed record Huber(double Delta = 1) : ValueLoss
{
    public override string Name => "huber";

    public override LossSum EvaluateStep(
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

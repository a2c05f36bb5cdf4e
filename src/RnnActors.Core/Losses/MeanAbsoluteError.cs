namespace RnnActors.Core.Losses;

/// <summary>|y - t|; its slope at 0 is 0.</summary>
public sealed record MeanAbsoluteError : ValueLoss
{
    public override string Name => "mae";

    public override LossSum Evaluate(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient) =>
        Evaluate(default(Formula), outputs, targets, scale, gradient);

    private readonly struct Formula : IFormula
    {
        public double Loss(double d) => Math.Abs(d);

        // The last case is zero or not a number, and stays what it is.
        public double Slope(double d) => d > 0 ? 1 : d < 0 ? -1 : d;
    }
}

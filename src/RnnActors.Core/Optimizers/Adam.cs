using RnnActors.Core.Kernels.Updates;

namespace RnnActors.Core.Optimizers;

/// <summary>
/// Adaptive moment estimation: m and v are running means of g and g², and p ← p - (η / (1 - β₁ᵗ))·m / (√v / √(1 - β₂ᵗ) + ε). Kingma and Ba 2015, in
/// PyTorch's order of operations.
/// </summary>
/// <param name="Beta1">β₁, the decay rate of the mean.</param>
/// <param name="Beta2">β₂, the decay rate of the mean square.</param>
/// <param name="Epsilon">ε, added outside the root.</param>
public sealed record Adam(double LearningRate = 0.001, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8) : Optimizer(LearningRate)
{
    internal static readonly IReadOnlyList<string> MomentNames = ["exp_avg", "exp_avg_sq"];

    public override string Name => "adam";

    public override IReadOnlyList<string> Moments => MomentNames;

    public override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, UpdateStep step)
    {
        var rule = new AdamRule(step.LearningRate, Beta1, Beta2, Epsilon, decay: 1, step.Step);
        ParameterUpdate.Run(rule, parameters, gradients, firstMoment, secondMoment, step.GradientScale, step.ClipValue);
    }
}

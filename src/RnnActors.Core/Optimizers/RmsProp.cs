using RnnActors.Core.Kernels.Updates;

namespace RnnActors.Core.Optimizers;

/// <summary>v ← ρv + (1 - ρ)g²; p ← p - η·g / (√v + ε), with momentum if μ is above 0. Tieleman and Hinton 2012; PyTorch's form and defaults.</summary>
/// <param name="Rho">ρ, PyTorch's alpha.</param>
/// <param name="Epsilon">ε, added outside the root.</param>
/// <param name="Momentum">μ; 0 for none.</param>
public sealed record RmsProp(double LearningRate = 0.001, double Rho = 0.99, double Epsilon = 1e-8, double Momentum = 0) : Optimizer(LearningRate)
{
    public override string Name => "rmsProp";

    public override IReadOnlyList<string> Moments => Momentum == 0 ? ["square_avg"] : ["square_avg", "momentum_buffer"];

    public override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, UpdateStep step)
    {
        var plain = new RmsPropRule(step.LearningRate, (float)Rho, (float)(1 - Rho), (float)Epsilon);
        if (Momentum == 0)
        {
            ParameterUpdate.Run(plain, parameters, gradients, firstMoment, secondMoment, step.GradientScale, step.ClipValue);
            return;
        }

        var rule = new RmsPropMomentumRule(plain, step.LearningRate, (float)Momentum);
        ParameterUpdate.Run(rule, parameters, gradients, firstMoment, secondMoment, step.GradientScale, step.ClipValue);
    }
}

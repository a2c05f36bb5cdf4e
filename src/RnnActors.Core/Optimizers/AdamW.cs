using RnnActors.Core.Kernels.Updates;

namespace RnnActors.Core.Optimizers;

/// <summary><see cref="Adam"/> with decoupled weight decay: first p ← p - ηλp, then Adam's step. Loshchilov and Hutter 2019.</summary>
/// <param name="Beta1">β₁, the decay rate of the mean.</param>
/// <param name="Beta2">β₂, the decay rate of the mean square.</param>
/// <param name="Epsilon">ε, added outside the root.</param>
/// <param name="WeightDecay">λ.</param>
public sealed record AdamW(double LearningRate = 0.001, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.01)
    : Optimizer(LearningRate)
{
    public override string Name => "adamW";

    public override IReadOnlyList<string> Moments => Adam.MomentNames;

    public override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, UpdateStep step)
    {
        var rule = new AdamRule(step.LearningRate, Beta1, Beta2, Epsilon, decay: 1 - (step.LearningRate * WeightDecay), step.Step);
        ParameterUpdate.Run(rule, parameters, gradients, firstMoment, secondMoment, step.GradientScale, step.ClipValue);
    }
}

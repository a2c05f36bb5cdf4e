using RnnActors.Core.Kernels.Updates;

namespace RnnActors.Core.Optimizers;

/// <summary>Stochastic gradient descent, in PyTorch's form: b ← μb + g + λp; p ← p - ηb. Sutskever et al. 2013.</summary>
/// <param name="Momentum">μ; 0 for none.</param>
/// <param name="Nesterov">Nesterov's momentum: p ← p - η(g + λp + μb).</param>
/// <param name="WeightDecay">λ, added to the gradient.</param>
public sealed record Sgd(double LearningRate = 0.01, double Momentum = 0, bool Nesterov = false, double WeightDecay = 0) : Optimizer(LearningRate)
{
    public override string Name => "sgd";

    public override IReadOnlyList<string> Moments => Momentum == 0 ? [] : ["momentum_buffer"];

    public override void Update(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> firstMoment, Span<float> secondMoment, UpdateStep step)
    {
        if (Momentum == 0)
        {
            ParameterUpdate.Run(
                new SgdRule(step.LearningRate, (float)WeightDecay), parameters, gradients, firstMoment, secondMoment, step.GradientScale, step.ClipValue);
            return;
        }

        var rule = new MomentumRule(step.LearningRate, (float)Momentum, Nesterov, (float)WeightDecay);
        ParameterUpdate.Run(rule, parameters, gradients, firstMoment, secondMoment, step.GradientScale, step.ClipValue);
    }
}

using System.Runtime.CompilerServices;

namespace RnnActors.Core.Objectives;

/// <summary>A loss between values: a function of each difference d = output - target. A target that is NaN was not observed and is ignored.</summary>
public abstract record ValueLoss : StepObjective
{
    public override bool NeedsLabels => false;

    /// <summary>The loss of one element, in double.</summary>
    private protected interface IFormula
    {
        double Loss(double d);

        /// <summary>The derivative of <see cref="Loss"/>.</summary>
        double Slope(double d);
    }

    /// <summary>The loop that all value losses share. It sums in double in the order of the elements, at every vector width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected static LossSum Evaluate<TFormula>(
        TFormula formula, ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, float scale, Span<float> gradient)
        where TFormula : struct, IFormula
    {
        if (targets.Length != outputs.Length)
            throw new ArgumentException($"There are {outputs.Length} outputs, but {targets.Length} targets.", nameof(targets));
        CheckGradient(outputs, gradient);
        double sum = 0;
        long count = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (float.IsNaN(targets[i]))
            {
                if (!gradient.IsEmpty) gradient[i] = 0;
                continue;
            }

            double d = (double)outputs[i] - targets[i];
            sum += formula.Loss(d);
            count++;
            if (!gradient.IsEmpty) gradient[i] = (float)(formula.Slope(d) * scale);
        }

        return new LossSum(sum, count, 0);
    }
}

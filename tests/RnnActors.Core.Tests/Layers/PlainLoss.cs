using RnnActors.Core.Objectives;

namespace RnnActors.Core.Tests.Layers;

/// <summary>The mean losses in double, from their definitions.</summary>
internal static class PlainLoss
{
    /// <param name="outputs">n vectors.</param>
    /// <param name="targets">n vectors; unused where the loss needs labels.</param>
    /// <param name="labels">(n); unused where it needs values.</param>
    /// <param name="nearestKink">How near a difference comes to where the loss has no derivative.</param>
    public static double Mean(StepObjective loss, double[][] outputs, double[][] targets, int[] labels, out double nearestKink)
    {
        nearestKink = double.PositiveInfinity;
        if (loss is SoftmaxCrossEntropy entropy)
        {
            var counted = outputs.Zip(labels).Where(pair => pair.Second != entropy.IgnoredLabel).ToArray();
            return counted.Length == 0 ? 0 : counted.Average(pair => LogSumExp(pair.First) - pair.First[pair.Second]);
        }

        double[] differences = [.. outputs.Zip(targets, (y, t) => y.Zip(t, (a, b) => a - b)).SelectMany(d => d)];
        if (loss is MeanAbsoluteError) nearestKink = differences.Min(Math.Abs);
        return differences.Average(d => loss switch
        {
            MeanSquaredError => d * d,
            MeanAbsoluteError => Math.Abs(d),
            Huber huber => Math.Abs(d) <= huber.Delta ? 0.5 * d * d : huber.Delta * (Math.Abs(d) - (0.5 * huber.Delta)),
            _ => throw new NotSupportedException(loss.Name),
        });
    }

    /// <summary>With the largest value taken out first: stacks without a bound give values whose exponentials are not finite.</summary>
    private static double LogSumExp(double[] values)
    {
        double largest = values.Max();
        return largest + Math.Log(values.Sum(value => Math.Exp(value - largest)));
    }
}

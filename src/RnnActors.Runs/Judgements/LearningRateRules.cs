namespace RnnActors.Runs.Judgements;

/// <summary>
/// Rules that read a learning rate off the losses of a sweep. The sweep is the range test of Smith 2017, "Cyclical learning rates for training neural
/// networks"; the rules are those of fastai (<c>fastai/callback/schedule.py</c>) and of Lightning (<c>lightning/pytorch/tuner/lr_finder.py</c>).
/// </summary>
public static class LearningRateRules
{
    /// <summary>The decay rate of the exponential moving average, in both libraries.</summary>
    private const double Beta = 0.98;

    /// <summary>Both libraries end the sweep when the smoothed loss exceeds its minimum by this factor.</summary>
    private const double Diverged = 4;

    /// <summary>Steps that Lightning skips at the beginning and at the end.</summary>
    private const int SkipFirst = 10, SkipLast = 1;

    /// <summary>Steps that fastai skips at the end; at the beginning it skips a tenth.</summary>
    private const int SkipLastOfValley = 5;

    /// <summary>The exponential moving average, with bias correction.</summary>
    public static double[] Smooth(IReadOnlyList<double> losses)
    {
        double[] smoothed = new double[losses.Count];
        double mean = 0;
        for (int i = 0; i < smoothed.Length; i++)
        {
            mean = (Beta * mean) + ((1 - Beta) * losses[i]);
            smoothed[i] = mean / (1 - Math.Pow(Beta, i + 1));
        }

        return smoothed;
    }

    /// <summary>Whether the last loss is far above the lowest. Where losses are negative (likelihoods), the difference counts instead of the ratio.</summary>
    public static bool HasDiverged(IReadOnlyList<double> smoothed)
    {
        if (smoothed.Count <= SkipFirst) return false;
        double lowest = smoothed.Min();
        return smoothed[^1] - lowest > (Diverged - 1) * Math.Abs(lowest);
    }

    /// <summary>fastai's "valley": half way down the longest stretch over which the loss falls, ignoring single rises. Null where there is none.</summary>
    public static double? Valley(double[] rates, double[] smoothed)
    {
        int first = rates.Length / 10, count = rates.Length - first - SkipLastOfValley;
        if (count < 3) return null;
        ReadOnlySpan<double> losses = smoothed.AsSpan(first, count);
        int[] falling = new int[count];
        int end = 0;
        for (int i = 0; i < count; i++)
        {
            falling[i] = 1;
            for (int j = 0; j < i; j++)
                if (losses[i] < losses[j] && falling[i] < falling[j] + 1) falling[i] = falling[j] + 1;
            if (falling[end] < falling[i]) end = i;
        }

        if (falling[end] < 3) return null;
        int start = Math.Max(0, end - falling[end]), third = (end - start) / 3;
        return rates[first + start + third + (third / 2)];
    }

    /// <summary>Lightning's rule: where the loss falls most steeply. Null where it does not fall.</summary>
    public static double? Steepest(double[] rates, double[] smoothed)
    {
        int best = -1;
        double slope = 0;
        for (int i = SkipFirst; i < rates.Length - SkipLast; i++)
        {
            double own = i == SkipFirst ? smoothed[i + 1] - smoothed[i] : i == rates.Length - SkipLast - 1 ? smoothed[i] - smoothed[i - 1]
                : (smoothed[i + 1] - smoothed[i - 1]) / 2;
            if (own < slope) (slope, best) = (own, i);
        }

        return best < 0 ? null : rates[best];
    }
}

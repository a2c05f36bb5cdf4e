using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Objectives;

namespace RnnActors.Core.Metrics;

/// <summary>
/// How well class labels are predicted, from a mean cross-entropy L in nats: loss = L, perplexity = e^L. Accuracy is the share of counted positions whose
/// largest output is the label. Where the labels are characters or bytes, bits per character = L / ln 2.
/// </summary>
public static class LabelMetrics
{
    private const double NatsPerBit = 0.69314718055994530942; // ln 2

    /// <param name="loss">Cross-entropies in nats and correct positions, summed.</param>
    /// <param name="areCharacters">Whether a label is a character or byte of a text, so that bits per character make sense.</param>
    public static MetricList Compute(LossSum loss, bool areCharacters)
    {
        MetricList metrics = new(
            new(MetricNames.Loss, loss.Mean),
            new(MetricNames.Perplexity, Perplexity(loss.Mean)),
            new(MetricNames.Accuracy, loss.Accuracy));
        return areCharacters ? metrics.With(MetricNames.BitsPerCharacter, BitsPerCharacter(loss.Mean)) : metrics;
    }

    /// <summary>e^<paramref name="meanLoss"/>: the number of equally likely labels that would be as hard to predict.</summary>
    public static double Perplexity(double meanLoss) => PortableMath.Exp(meanLoss);

    public static double BitsPerCharacter(double meanLoss) => meanLoss / NatsPerBit;
}

using RnnActors.Data.Sound;
using Xunit;

namespace RnnActors.Data.Tests.Sound;

public class FeatureExtractorTests
{
    private static readonly FeatureSpec WithDeltas = new() { Mfcc = 5, Deltas = 2 };

    /// <summary>HTK's regression over two frames on each side, with the first and the last frame repeated; of a recording of one frame, too.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(420)]
    [InlineData(2000)]
    public void Differences_over_time_are_the_formula_s_at_the_edges_too(int samples)
    {
        float[,] features = new FeatureExtractor(WithDeltas, 8000).Of(Sound(samples, seed: 1));
        int frames = features.GetLength(0);
        for (int order = 1; order <= 2; order++)
        {
            for (int t = 0; t < frames; t++)
            {
                for (int i = 0; i < 5; i++)
                {
                    double At(int frame) => features[Math.Clamp(frame, 0, frames - 1), ((order - 1) * 5) + i];
                    double expected = (At(t + 1) - At(t - 1) + (2 * (At(t + 2) - At(t - 2)))) / 10;
                    Assert.Equal(expected, features[t, (order * 5) + i], 1e-4);
                }
            }
        }
    }

    /// <summary>Over all training frames, each feature has mean 0 and variance 1.</summary>
    [Fact]
    public void Fitted_features_are_standardised_over_the_frames_of_training()
    {
        Recording[] training = [.. Enumerable.Range(1, 5).Select(seed => Sound(1000 * seed, seed))];
        FittedFeatures fitted = FittedFeatures.Fit(WithDeltas, training);
        var extractor = new FeatureExtractor(WithDeltas, 8000);
        float[][,] scaled = [.. training.Select(recording => fitted.Of(extractor, recording))];
        for (int i = 0; i < WithDeltas.Width; i++)
        {
            double[] values = [.. scaled.SelectMany(one => Enumerable.Range(0, one.GetLength(0)).Select(t => (double)one[t, i]))];
            Assert.Equal(0, values.Average(), 1e-4);
            Assert.Equal(1, values.Average(value => value * value), 1e-3);
        }
    }

    /// <summary>Noise whose loudness rises and falls.</summary>
    private static Recording Sound(int samples, int seed)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, samples).Select(i => (float)((random.NextDouble() - 0.5) * (1 + Math.Sin(i / 300.0))))], 8000);
    }
}

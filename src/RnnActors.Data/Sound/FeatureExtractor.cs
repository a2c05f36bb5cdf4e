using RnnActors.Core.Problems;

namespace RnnActors.Data.Sound;

/// <summary>Computes the features of recordings of one sample rate, before they are scaled.</summary>
public sealed class FeatureExtractor
{
    /// <summary>Frames on each side for a difference over time: HTK's regression.</summary>
    private const int DeltaReach = 2;

    private readonly FeatureSpec _features;
    private readonly Spectrum _spectrum;

    /// <param name="rate">The sample rate of all recordings, in hertz.</param>
    /// <exception cref="InvalidInputException">A frequency is not below half the sample rate.</exception>
    public FeatureExtractor(FeatureSpec features, int rate)
    {
        SpectrumSpec spec = SpectrumSpec.Of(features, rate);
        if (spec.High > rate / 2.0 || spec.Low >= spec.High)
        {
            throw new InvalidInputException(
                $"the bands reach from {spec.Low} to {spec.High} Hz, but recordings of {rate} samples a second have frequencies up to {rate / 2.0} Hz",
                "Set data.features.low and high within it");
        }

        (_features, _spectrum, Rate) = (features, new Spectrum(spec), rate);
    }

    public int Rate { get; }

    /// <summary>The features, (frames, width). A recording shorter than a frame is padded with silence.</summary>
    public float[,] Of(Recording recording)
    {
        ReadOnlySpan<float> samples = recording.Samples;
        int whole = SpectrumSpec.Of(_features, Rate).Fft;
        if (samples.Length < whole)
        {
            float[] filled = new float[whole];
            samples.CopyTo(filled);
            samples = filled;
        }

        double[,] values = _spectrum.LogMel(_spectrum.Mel(_spectrum.Power(samples)));
        if (_features.Mfcc > 0) values = _spectrum.Cepstrum(values);
        int frames = values.GetLength(0), width = values.GetLength(1);
        float[,] features = new float[frames, _features.Width];
        for (int order = 0; order <= _features.Deltas; order++)
        {
            for (int frame = 0; frame < frames; frame++)
                for (int i = 0; i < width; i++) features[frame, (order * width) + i] = (float)values[frame, i];
            values = Delta(values);
        }

        return features;
    }

    /// <summary>Σ_n n (x_{t+n} - x_{t-n}) / 2 Σ_n n², with the edges repeated. Young et al., The HTK Book, 5.9.</summary>
    private static double[,] Delta(double[,] values)
    {
        int frames = values.GetLength(0), width = values.GetLength(1);
        double[,] deltas = new double[frames, width];
        double norm = 2.0 * Enumerable.Range(1, DeltaReach).Sum(n => n * n);
        for (int frame = 0; frame < frames; frame++)
        {
            for (int i = 0; i < width; i++)
            {
                double sum = 0;
                for (int n = 1; n <= DeltaReach; n++) sum += n * (values[Math.Min(frames - 1, frame + n), i] - values[Math.Max(0, frame - n), i]);
                deltas[frame, i] = sum / norm;
            }
        }

        return deltas;
    }
}

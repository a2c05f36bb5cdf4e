using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Data.Sound;

/// <summary>Makes one changed copy of one recording.</summary>
internal struct Augmentation(AugmentSpec spec, int recording, int copy)
{
    private const double Ln10 = 2.302585092994045684, NoiseRange = 30;

    private RandomSequence _random = new(PhiloxKey.Of(spec.Seed, RandomPurpose.Augmentation, recording, copy));

    /// <summary>Shifts the recording in time, changes its loudness and adds noise.</summary>
    public Recording Change(Recording original)
    {
        double gain = PortableMath.Exp(((2 * _random.NextDouble()) - 1) * spec.Gain * Ln10 / 20);
        int shift = (int)Math.Round(((2 * _random.NextDouble()) - 1) * spec.Shift * original.Rate / 1000);
        double noise = spec.Noise is { } loudest
            ? RootMeanSquare(original.Samples) * PortableMath.Exp(-(loudest + (NoiseRange * _random.NextDouble())) * Ln10 / 20)
            : 0;
        shift = Math.Max(shift, 1 - original.Samples.Length);
        float[] samples = new float[original.Samples.Length + shift];
        for (int i = 0; i < samples.Length; i++)
        {
            int at = i - shift;
            double sample = at >= 0 ? original.Samples[at] : 0;
            if (noise > 0) sample += noise * _random.NextGaussian();
            samples[i] = (float)(gain * sample);
        }

        return original with { Samples = samples };
    }

    /// <summary>Masks some frames and some features with their mean, which is 0 after scaling.</summary>
    /// <param name="features">(frames, width), scaled.</param>
    public void Mask(float[,] features)
    {
        int frames = features.GetLength(0), width = features.GetLength(1);
        Hide(Math.Min(spec.MaskFrames, frames / 5), frames, width, byFrame: true, features);
        Hide(Math.Min(spec.MaskFeatures, width / 5), width, frames, byFrame: false, features);
    }

    private void Hide(int max, int length, int other, bool byFrame, float[,] features)
    {
        if (max == 0) return;
        int count = _random.NextBelow(max + 1), first = _random.NextBelow(length - count + 1);
        for (int i = first; i < first + count; i++)
            for (int j = 0; j < other; j++) features[byFrame ? i : j, byFrame ? j : i] = 0;
    }

    private static double RootMeanSquare(float[] samples)
    {
        double sum = 0;
        foreach (float sample in samples) sum += (double)sample * sample;
        return Math.Sqrt(sum / samples.Length);
    }
}

namespace RnnActors.Data.Sound;

/// <summary>A <see cref="FeatureSpec"/> at a sample rate, with lengths in samples.</summary>
/// <param name="Rate">The sample rate, in hertz.</param>
/// <param name="Window">Samples of a frame.</param>
/// <param name="Hop">Samples from one frame to the next.</param>
/// <param name="Fft">Samples that are transformed: the frame, centred and padded with zeros.</param>
internal sealed record SpectrumSpec(int Rate, int Window, int Hop, int Fft)
{
    public WindowFunction Shape { get; init; }

    /// <summary>Whether the window is periodic, as for spectrograms, or symmetric, as for filters.</summary>
    public bool Periodic { get; init; }

    /// <summary>Whether the first frame is centred on the first sample; the signal is then padded by reflection.</summary>
    public bool Centre { get; init; }

    public double PreEmphasis { get; init; }

    public int Mels { get; init; }

    public double Low { get; init; }

    public double High { get; init; }

    public MelScale Scale { get; init; }

    /// <summary>Whether each band's triangle is divided by its width, so that all have the same area.</summary>
    public bool NormaliseArea { get; init; }

    /// <summary>The minimum energy, so that silence has a logarithm.</summary>
    public double Floor { get; init; } = 1e-10;

    public int Coefficients { get; init; }

    /// <summary>Converts milliseconds to samples.</summary>
    public static SpectrumSpec Of(FeatureSpec features, int rate)
    {
        int window = Math.Max(1, (int)Math.Round(features.Window * rate / 1000)), fft = 1;
        while (fft < window) fft *= 2;
        return new SpectrumSpec(rate, window, Math.Max(1, (int)Math.Round(features.Hop * rate / 1000)), fft)
        {
            Shape = features.Shape,
            PreEmphasis = features.PreEmphasis,
            Mels = features.Mels,
            Low = features.Low,
            High = features.High ?? rate / 2.0,
            Scale = features.Scale,
            Coefficients = features.Mfcc,
        };
    }
}

namespace RnnActors.Data.Sound;

/// <summary>A mono recording.</summary>
/// <param name="Samples">From -1 to 1.</param>
/// <param name="Rate">The sample rate, in hertz.</param>
public sealed record Recording(float[] Samples, int Rate)
{
    /// <summary>A recording below this level is silent: it is inaudible in 16 bits.</summary>
    private const float Silence = 2f / 32768;

    private const float FullScale = 0.999f;

    /// <summary>Shorter recordings hold hardly a sound.</summary>
    private const double ShortSeconds = 0.05;

    /// <summary>A recording with this share of samples at full scale counts as clipped.</summary>
    private const double ClippedShare = 0.01;

    public double Seconds => (double)Samples.Length / Rate;

    /// <summary>What is wrong with the recording: it is silent, clipped or very short. Null for nothing.</summary>
    public string? Anomaly()
    {
        if (Seconds < ShortSeconds) return "very short";
        float loudest = 0;
        int clipped = 0;
        foreach (float sample in Samples)
        {
            loudest = Math.Max(loudest, Math.Abs(sample));
            if (Math.Abs(sample) >= FullScale) clipped++;
        }

        return loudest <= Silence ? "silent" : clipped > ClippedShare * Samples.Length ? "clipped" : null;
    }
}

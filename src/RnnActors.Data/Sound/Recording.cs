namespace RnnActors.Data.Sound;

/// <summary>A sound: one channel of samples.</summary>
/// <param name="Samples">From -1 to 1.</param>
/// <param name="Rate">Samples a second.</param>
public sealed record Recording(float[] Samples, int Rate)
{
    /// <summary>A level below which nobody hears anything in 16 bits.</summary>
    private const float Silence = 2f / 32768;

    private const float FullScale = 0.999f;

    /// <summary>Shorter recordings have hardly a sound in them.</summary>
    private const double ShortSeconds = 0.05;

    /// <summary>The share of samples at full scale from which a recording is called clipped.</summary>
    private const double ClippedShare = 0.01;

    public double Seconds => (double)Samples.Length / Rate;

    /// <summary>What its owner should know: that it is silent, clipped or very short. Null where nothing is strange.</summary>
    public string? Strangeness()
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

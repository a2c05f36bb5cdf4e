using RnnActors.Core.Specifications;

namespace RnnActors.Data.Sound;

/// <summary>Data augmentation: changed copies of training recordings. A copy depends only on the seed, the recording and the number of the copy.</summary>
public sealed record AugmentSpec
{
    /// <summary>The number of copies of each recording, besides the original.</summary>
    public int Copies { get; init; } = 2;

    /// <summary>The signal-to-noise ratio of the loudest white noise, in decibels; it is drawn from there to 30 decibels more. Null for no noise.</summary>
    public double? Noise { get; init; } = 15;

    /// <summary>The maximum change of loudness, in decibels, up or down.</summary>
    public double Gain { get; init; } = 6;

    /// <summary>The maximum shift in time, in milliseconds: a copy begins with silence, or without its beginning.</summary>
    public double Shift { get; init; } = 30;

    /// <summary>The maximum number of consecutive frames that are masked (SpecAugment, Park et al. 2019).</summary>
    public int MaskFrames { get; init; } = 5;

    /// <summary>The maximum number of consecutive features that are masked.</summary>
    public int MaskFeatures { get; init; } = 3;

    public ulong Seed { get; init; } = 1;

    public static ObjectFormat<AugmentSpec> Format { get; } = new ObjectFormat<AugmentSpec>("an object that describes changed copies of recordings", new())
        .Key("copies", "Copies of each training recording, beside itself.", Numbers.Whole(1, 100), a => a.Copies, (a, v) => a with { Copies = v })
        .Key("noise", "The loudest white noise: decibels that it lies below the recording. Null for none.", Numbers.Any().OrNull(), a => a.Noise,
            (a, v) => a with { Noise = v })
        .Key("gain", "The largest change of volume, either way, in decibels.", Numbers.AtLeastZero(), a => a.Gain, (a, v) => a with { Gain = v })
        .Key("shift", "The largest shift of a copy, either way, in milliseconds.", Numbers.AtLeastZero(), a => a.Shift, (a, v) => a with { Shift = v })
        .Key("maskFrames", "The most consecutive frames that are masked.", Numbers.Whole(0), a => a.MaskFrames, (a, v) => a with { MaskFrames = v })
        .Key("maskFeatures", "The most consecutive features that are masked.", Numbers.Whole(0), a => a.MaskFeatures, (a, v) => a with { MaskFeatures = v })
        .Key("seed", "The seed of the random changes.", Numbers.Unsigned(), a => a.Seed, (a, v) => a with { Seed = v });
}

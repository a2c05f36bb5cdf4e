using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Data.Sound;

/// <summary>The frequency scale of the mel bands.</summary>
public enum MelScale
{
    /// <summary>2595 log₁₀(1 + f / 700).</summary>
    Htk,

    /// <summary>Linear below 1 kHz, logarithmic above: f · 3 / 200, and 15 + 27 ln(f / 1000) / ln 6.4.</summary>
    Slaney,
}

/// <summary>The window function of a frame.</summary>
public enum WindowFunction
{
    Hann,
    Hamming,
}

/// <summary>
/// The features of recordings: log-mel energies, or their cosine transform (MFCC), each optionally with its differences over time. Lengths are in milliseconds,
/// frequencies in hertz. Davis and Mermelstein 1980.
/// </summary>
public sealed record FeatureSpec
{
    /// <summary>The number of cepstral coefficients; 0 for the log-mel energies themselves.</summary>
    public int Mfcc { get; init; } = 13;

    /// <summary>The number of mel bands.</summary>
    public int Mels { get; init; } = 40;

    /// <summary>0 for none, 1 for the differences over time (Δ), 2 for those and their differences (ΔΔ).</summary>
    public int Deltas { get; init; } = 2;

    /// <summary>The sample rate in hertz that recordings are resampled to; null for that of most recordings.</summary>
    public int? Rate { get; init; }

    public double Window { get; init; } = 25;

    public double Hop { get; init; } = 10;

    /// <summary>The lowest frequency.</summary>
    public double Low { get; init; } = 20;

    /// <summary>The highest frequency; null for half the rate.</summary>
    public double? High { get; init; }

    /// <summary>Pre-emphasis α: α times the previous sample is subtracted from each; 0 for none.</summary>
    public double PreEmphasis { get; init; } = 0.97;

    public MelScale Scale { get; init; } = MelScale.Htk;

    public WindowFunction Shape { get; init; } = WindowFunction.Hamming;

    /// <summary>The number of features of a frame.</summary>
    public int Width => (Mfcc > 0 ? Mfcc : Mels) * (1 + Deltas);

    /// <summary>The names of a frame's features: <c>mel 7</c>, <c>Δ MFCC 2</c>.</summary>
    public IReadOnlyList<string> FeatureNames
    {
        get
        {
            int count = Mfcc > 0 ? Mfcc : Mels;
            string kind = Mfcc > 0 ? "MFCC" : "mel";
            return [.. Enumerable.Range(0, Width).Select(i => $"{(i / count) switch { 0 => "", 1 => "Δ ", _ => "ΔΔ " }}{kind} {(i % count) + 1}")];
        }
    }

    /// <summary>The time at which a frame begins, in seconds.</summary>
    public string TimeOf(int frame) => FormattableString.Invariant($"{frame * Hop / 1000:0.00} s");

    public static ObjectFormat<FeatureSpec> Format { get; } = new ObjectFormat<FeatureSpec>("an object that describes features of sound", new())
        .Key("mfcc", "Coefficients of the cosine transform; 0 for the log-mel energies themselves.", Numbers.Whole(0, 1000), f => f.Mfcc,
            (f, v) => f with { Mfcc = v })
        .Key("mels", "Bands.", Numbers.Whole(1, 1000), f => f.Mels, (f, v) => f with { Mels = v })
        .Key("deltas", "0 for none, 1 for the differences over time, 2 for those and their differences.", Numbers.Whole(0, 2), f => f.Deltas,
            (f, v) => f with { Deltas = v })
        .Key("rate", "The sample rate in hertz that recordings are resampled to; null for that of most recordings.", Numbers.Whole(1000, 384_000).OrNull(),
            f => f.Rate, (f, v) => f with { Rate = v })
        .Key("window", "Milliseconds of a frame.", Numbers.Positive(), f => f.Window, (f, v) => f with { Window = v })
        .Key("hop", "Milliseconds between two frames.", Numbers.Positive(), f => f.Hop, (f, v) => f with { Hop = v })
        .Key("low", "The lowest frequency in hertz.", Numbers.AtLeastZero(), f => f.Low, (f, v) => f with { Low = v })
        .Key("high", "The highest frequency in hertz; null for half the rate.", Numbers.Positive().OrNull(), f => f.High, (f, v) => f with { High = v })
        .Key("preEmphasis", "Pre-emphasis: the share of the previous sample that is subtracted; 0 for none.", Numbers.BelowOne(), f => f.PreEmphasis,
            (f, v) => f with { PreEmphasis = v })
        .Key("scale", "htk or slaney.", Names.Of<MelScale>(), f => f.Scale, (f, v) => f with { Scale = v })
        .Key("shape", "hann or hamming.", Names.Of<WindowFunction>(), f => f.Shape, (f, v) => f with { Shape = v })
        .Check((features, node) =>
        {
            if (features.Mfcc > features.Mels)
            {
                throw new InvalidInputException(
                    $"{node.Path} asks for {features.Mfcc} coefficients of {features.Mels} bands", "Ask for at most as many coefficients as bands",
                    (node["mfcc"] ?? node).Where);
            }
        });
}

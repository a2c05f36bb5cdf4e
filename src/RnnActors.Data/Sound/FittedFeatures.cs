using RnnActors.Core.Specifications;

namespace RnnActors.Data.Sound;

/// <summary>Features that are standardised by the mean and standard deviation of each over the training frames.</summary>
public sealed record FittedFeatures(FeatureSpec Spec, int Rate, IReadOnlyList<double> Means, IReadOnlyList<double> Deviations)
{
    public static ObjectFormat<FittedFeatures> Format { get; } = new ObjectFormat<FittedFeatures>("fitted features", new(new FeatureSpec(), 1, [], []))
        .Required("features", "What is heard.", FeatureSpec.Format, f => f.Spec, (f, v) => f with { Spec = v })
        .Required("rate", "Samples a second.", Numbers.Whole(1), f => f.Rate, (f, v) => f with { Rate = v })
        .Required("means", "Of each feature over the training frames.", new ListFormat<double>("numbers", Numbers.Any()), f => f.Means,
            (f, v) => f with { Means = v })
        .Required("deviations", "Of each feature over the training frames.", new ListFormat<double>("numbers", Numbers.Positive()), f => f.Deviations,
            (f, v) => f with { Deviations = v });

    /// <param name="training">Recordings of one sample rate.</param>
    public static FittedFeatures Fit(FeatureSpec spec, IReadOnlyList<Recording> training)
    {
        int rate = training[0].Rate, width = spec.Width;
        var extractor = new FeatureExtractor(spec, rate);
        float[][,] features = [.. training.AsParallel().AsOrdered().Select(extractor.Of)];
        double[] means = new double[width], deviations = new double[width];
        long frames = features.Sum(one => (long)one.GetLength(0));
        foreach (float[,] one in features)
            for (int t = 0; t < one.GetLength(0); t++)
                for (int i = 0; i < width; i++) means[i] += one[t, i] / frames;
        foreach (float[,] one in features)
            for (int t = 0; t < one.GetLength(0); t++)
                for (int i = 0; i < width; i++) deviations[i] += (one[t, i] - means[i]) * (one[t, i] - means[i]) / frames;
        return new FittedFeatures(spec, rate, means, [.. deviations.Select(variance => variance > 1e-12 ? Math.Sqrt(variance) : 1)]);
    }

    /// <summary>The scaled features, (frames, width).</summary>
    public float[,] Of(FeatureExtractor extractor, Recording recording)
    {
        float[,] features = extractor.Of(recording);
        for (int t = 0; t < features.GetLength(0); t++)
            for (int i = 0; i < features.GetLength(1); i++) features[t, i] = (float)((features[t, i] - Means[i]) / Deviations[i]);
        return features;
    }
}

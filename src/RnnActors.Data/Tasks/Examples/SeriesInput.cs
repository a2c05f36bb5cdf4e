using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>Series of numbers, each feature standardised by its mean and deviation over the training steps.</summary>
public sealed class SeriesInput : FittedInput
{
    private readonly IReadOnlyList<double> _means, _deviations;

    private SeriesInput(IReadOnlyList<double> means, IReadOnlyList<double> deviations) => (_means, _deviations) = (means, deviations);

    /// <summary>The format in a checkpoint.</summary>
    internal static ObjectFormat<SeriesInput> Format { get; } = new ObjectFormat<SeriesInput>("how series are scaled", new([], []))
        .Required("means", "Of each feature.", new ListFormat<double>("numbers", Numbers.Any(), 1), i => i._means, (i, v) => new(v, i._deviations))
        .Required("deviations", "Of each feature.", new ListFormat<double>("numbers", Numbers.Positive(), 1), i => i._deviations, (i, v) => new(i._means, v));

    public override Shape Shape => new(_means.Count);

    public override string Noun => "series";

    public override string ShownName => SeriesFile.IdField;

    public static SeriesInput Fit(IReadOnlyList<Example> training)
    {
        float[][,] all = [.. training.Select(example => ((SeriesExample)example).Series)];
        int features = all[0].GetLength(1);
        long steps = all.Sum(one => (long)one.GetLength(0));
        double Sum(int feature, Func<float, double> of) => all.Sum(one => Enumerable.Range(0, one.GetLength(0)).Sum(t => of(one[t, feature])));
        double[] means = [.. Enumerable.Range(0, features).Select(f => Sum(f, value => value) / steps)];
        double[] deviations = [.. Enumerable.Range(0, features).Select(f => Math.Sqrt(Sum(f, value => (value - means[f]) * (value - means[f])) / steps))
            .Select(d => d > 1e-12 ? d : 1)];
        return new SeriesInput(means, deviations);
    }

    public override (ExportedInput Input, IReadOnlyDictionary<string, string> Metadata) Export =>
        (new(InputNames.Default, IsRagged: true) { Offsets = _means, Spreads = _deviations }, new Dictionary<string, string>());

    public override string Describe() => _means.Count == 1 ? "1 value a step" : $"{_means.Count} values a step";

    public override InputRows Encode(IReadOnlyList<Example> examples) => InputRows.OfValues([.. examples.Select(Scale)]);

    public override StepCodec Stepwise(IReadOnlyList<string> labels) => new ScaledSteps(Features, labels, _means, _deviations);

    public override string Show(Example example) => example.Values[0];

    private float[,] Scale(Example example)
    {
        float[,] series = ((SeriesExample)example).Series, scaled = new float[series.GetLength(0), series.GetLength(1)];
        if (series.GetLength(1) != _means.Count)
            throw new InvalidInputException($"this series has {series.GetLength(1)} values a step, but the network reads {_means.Count}", "Give as many",
                example.Where);
        for (int t = 0; t < series.GetLength(0); t++)
            for (int f = 0; f < _means.Count; f++) scaled[t, f] = (float)((series[t, f] - _means[f]) / _deviations[f]);
        return scaled;
    }
}

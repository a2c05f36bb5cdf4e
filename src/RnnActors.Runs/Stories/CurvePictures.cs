using RnnActors.Data.Wording;
using RnnActors.Runs.Pictures;

namespace RnnActors.Runs.Stories;

/// <summary>Pictures of a run's learning curves: loss and validation, learning rate, gradient norm, tokens per second.</summary>
public static class CurvePictures
{
    /// <summary>A loss that spans more than this factor gets a logarithmic axis.</summary>
    private const double LogarithmicFrom = 10;

    public static IReadOnlyList<Picture> Of(RunStory story)
    {
        List<Picture> pictures = [];
        if (Loss(story) is { } loss) pictures.Add(loss);
        Add(CurveKeys.ValidationAccuracy, "Validation accuracy", "accuracy", ChartRole.Validation,
            "The share of right answers in the validation rows, by epoch.");
        Add(CurveKeys.LearningRate, "Learning rate", "learning rate", ChartRole.Other, null);
        Add(CurveKeys.GradientNorm, "Gradient norm", "L2 norm", ChartRole.Training,
            "Before clipping. Peaks that grow tell of a learning rate that is too high.");
        Add(CurveKeys.TokensPerSecond, "Speed", "tokens/s", ChartRole.Other,
            "Tokens a second, by the clock of the coordinator. Validation and checkpoints are part of it.");
        return pictures;

        void Add(string key, string title, string unit, ChartRole role, string? caption)
        {
            if (story.Curve(key) is not { At.Length: > 1 } curve) return;
            // A constant rate needs no picture: it is among the facts.
            if (key == CurveKeys.LearningRate && Array.TrueForAll(curve.Values, rate => rate == curve.Values[0])) return;
            pictures.Add(new Picture(key, title)
            {
                Caption = caption,
                Chart = new Chart("step", unit)
                {
                    IsCount = true,
                    HasZero = key is CurveKeys.TokensPerSecond or CurveKeys.LearningRate,
                    IsLogarithmic = key == CurveKeys.GradientNorm && SpansMuch(curve.Lowest, curve.Highest),
                    Bands = curve.Stride > 1 && key != CurveKeys.LearningRate ? [Around(curve, role)] : [],
                    Lines = [new ChartLine(unit, role, curve.At, curve.Values)],
                },
            });
        }
    }

    private static Picture? Loss(RunStory story)
    {
        StoryCurve? steps = story.Curve(CurveKeys.Loss), epochs = story.Curve(CurveKeys.EpochLoss), validation = story.Curve(CurveKeys.Validation);
        if (steps is not { At.Length: > 1 } && epochs is not { At.Length: > 1 }) return null;
        bool hasEpochs = epochs is { At.Length: > 1 };
        List<ChartLine> lines = [];
        List<ChartBand> bands = [];
        if (steps is { At.Length: > 1 } && hasEpochs)
            bands.Add(new ChartBand("batches, lowest to highest", ChartRole.Training, steps.At, steps.Lowest, steps.Highest));
        else if (steps is { Stride: > 1 }) bands.Add(Around(steps, ChartRole.Training));
        if (hasEpochs) lines.Add(new ChartLine("training", ChartRole.Training, epochs!.At, epochs.Values));
        else if (steps is not null) lines.Add(new ChartLine("training", ChartRole.Training, steps.At, steps.Values));
        if (validation is { At.Length: > 0 }) lines.Add(new ChartLine("validation", ChartRole.Validation, validation.At, validation.Values));

        // Points of single batches make a band without height, which would be invisible. So the band is widened to the neighbouring points.
        if (steps is { Stride: 1 } && bands.Count > 0) bands[0] = Widened(bands[0]);
        double[] all = [.. lines.SelectMany(line => line.Y), .. bands.SelectMany(band => band.Lower.Concat(band.Upper))];
        long best = story.Result?.BestStep ?? 0;
        string? text = validation is null
            ? story.Result is null ? null : "No rows were held back to validate on."
            : "The validation rows are not trained on: where their loss rises, the network is overfitting.";
        return new Picture("loss", "Loss")
        {
            Caption = best > 0 && story.Result!.BestLoss is { } lowest
                ? $"{text} It was lowest after step {Figures.Count(best)}: {Figures.Number(lowest)}."
                : text,
            Chart = new Chart("step", "loss")
            {
                IsCount = true,
                IsLogarithmic = SpansMuch(all, all),
                Bands = bands,
                Lines = lines,
                Marks = best > 0 && validation is not null ? [new ChartMark(best, "lowest validation loss")] : [],
            },
        };
    }

    private static ChartBand Around(StoryCurve curve, ChartRole role) => new("lowest to highest", role, curve.At, curve.Lowest, curve.Highest);

    private static ChartBand Widened(ChartBand band)
    {
        const int Near = 4;
        int count = band.X.Length, half = Math.Min(Near, Math.Max(1, count / 50));
        double Of(double[] values, int i, Func<IEnumerable<double>, double> of) => of(values[Math.Max(0, i - half)..Math.Min(count, i + half + 1)]);
        return band with
        {
            Lower = [.. Enumerable.Range(0, count).Select(i => Of(band.Lower, i, Enumerable.Min))],
            Upper = [.. Enumerable.Range(0, count).Select(i => Of(band.Upper, i, Enumerable.Max))],
        };
    }

    private static bool SpansMuch(double[] low, double[] high)
    {
        double[] lows = Array.FindAll(low, double.IsFinite), highs = Array.FindAll(high, double.IsFinite);
        return lows.Length > 0 && lows.Min() > 0 && highs.Max() / lows.Min() > LogarithmicFrom;
    }
}

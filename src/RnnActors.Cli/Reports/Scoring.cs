using RnnActors.Cli.Display;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Losses;
using RnnActors.Core.Metrics;
using RnnActors.Core.Models;
using RnnActors.Core.Training;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Tasks;

namespace RnnActors.Cli.Reports;

/// <summary>Measures a network on the rows that were held back.</summary>
/// <param name="workers">Threads that share the work.</param>
internal sealed class Scoring(Model model, TrainingSpec training, AlignedBuffer parameters, int workers)
{
    /// <summary>On the test rows; on the validation rows where there are none; null where there are neither.</summary>
    public Score? Of(PreparedTask task)
    {
        (SequenceDataset? part, string name) = task.Test is not null ? (task.Test, "test") : (task.Validation, "validation");
        return part is null ? null : Of(task, part, name);
    }

    /// <param name="name">What the rows are: <c>test</c>.</param>
    public Score Of(PreparedTask task, SequenceDataset part, string name) =>
        task is ForecastTask forecast && part is WindowDataset windows ? OfForecast(forecast, windows, name) : OfText(part, name);

    /// <summary>Of a text's streams.</summary>
    public Score OfText(SequenceDataset part, string name)
    {
        var metrics = LabelMetrics.Compute(Loss(part), areCharacters: true);
        return new Score($"{Figures.Count((long)part.Rows * part.Steps)} steps of the {name} text", ModelName, metrics, [], [], null);
    }

    private string ModelName => model.Spec.Layers.FirstOrDefault(layer => layer is Core.Layers.Recurrent)?.Kind ?? model.Spec.Layers[0].Kind;

    private Score OfForecast(ForecastTask task, WindowDataset part, string name)
    {
        float[] outputs = Prediction.Run(model, parameters.Memory, part);
        var report = task.Report(part, outputs);
        var baselines = task.CompareBaselines(part).Select(baseline => new NamedMetrics(baseline.Key, baseline.Name, baseline.Report.Metrics));
        var targets = report.Targets.Count > 1 ? report.Targets.Select(target => new NamedMetrics(target.Name, target.Name, target.Metrics)) : [];
        return new Score(
            $"{Figures.Plural(part.Rows, "window")} of the {name} rows", ModelName, report.Metrics, [.. baselines], [.. targets],
            LeadSeries.Of(task, report, task.Restore(part, outputs)))
        {
            Standardised = new(report.Standardised.Where(metric => metric.Key is MetricNames.MeanSquaredError or MetricNames.MeanAbsoluteError)),
        };
    }

    /// <summary>The mean over all shards, which is the same bits for any number of threads.</summary>
    private LossSum Loss(SequenceDataset part)
    {
        var losses = new LossSum[training.Shards];
        int next = -1;
        Parallel.For(0, Math.Min(workers, losses.Length), new ParallelOptions { MaxDegreeOfParallelism = workers }, _ =>
        {
            var evaluation = new Evaluation(model, training, part);
            evaluation.Prepare(parameters.Memory);
            for (int shard = Interlocked.Increment(ref next); shard < losses.Length; shard = Interlocked.Increment(ref next)) losses[shard] = evaluation.Evaluate(shard);
        });
        return Evaluation.Sum(losses);
    }
}

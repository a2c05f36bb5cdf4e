using RnnActors.Core.Optimizers;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;
using RnnActors.Runs.Preparing;
using RnnActors.Training.Arrangement;

namespace RnnActors.Runs.Stories;

/// <summary>A summary of what is about to be trained, in a few lines.</summary>
public static class OverviewText
{
    public static IReadOnlyList<(string Name, string Value)> Lines(RunOverview run)
    {
        var training = run.Specification.Training;
        List<(string, string)> lines =
        [
            ("data", run.Task.Describe(run.Specification.DataPath is { } path ? ShownPath.Of(path) : null)),
            ("model", $"{string.Join(" → ", run.Model.Spec.Layers.Select(LayerText.Of))}, {Figures.Count(run.Model.Layout.Count)} parameters"),
            ("training",
                $"{training.Loss.Name}, {OptimizerName(training.Optimizer)} {Figures.Number(training.Optimizer.LearningRate)}, "
                + $"batch {training.Batch} in {training.Shards} shards, "
                + $"{Figures.Plural(training.Epochs, "epoch")} of {Figures.Plural(run.StepsPerEpoch, "step")}, seed {training.Seed}"),
            ("run", $"{run.Folder.Shown}, {(run.Cluster is { } cluster ? $"on the cluster at {string.Join(", ", cluster.Contacts)}" : Workers(run))}"),
        ];
        if (run.Expected is { } expected) lines.Add(("expected", Of(expected)));
        if (run.IsResumed) lines.Add(("resumed", $"after step {Figures.Count(run.Start.Step)}, in epoch {run.Start.Epoch + 1}"));
        return lines;
    }

    /// <summary>A run's expected time and memory.</summary>
    public static string Of((TimeSpan Time, long Memory) expected) =>
        $"about {Figures.Duration(expected.Time)} of training and {Figures.Count(expected.Memory / 1_000_000)} MB of memory";

    private static string Workers(RunOverview run)
    {
        var (workers, threads) = run.Teams;
        int left = run.Offered - run.Teams.Threads;
        string text = Figures.Plural(workers, "worker");
        if (threads == 1) text += left > 0 ? $" of {Figures.Count(run.Offered)}: no more can share the batch than it has shards" : "";
        else text += $" of {Figures.Count(threads)} threads"
            + (left > 0 ? $"; {Figures.Count(left)} of {Figures.Count(run.Offered)} cannot be shared out evenly" : "");
        return text + Measured(run.Run.Job, run.Arrangement);
    }

    /// <summary>The arrangements of threads that were measured, with their memory; the chosen one first.</summary>
    private static string Measured(TrainingJob job, ArrangedThreads? arrangement)
    {
        if (arrangement is not { Measured.Count: > 0 }) return "";
        var times = arrangement.Measured.OrderByDescending(one => one.Teams == arrangement.Teams);
        var measured = times.Select(one => $"{Figures.Number(1000 * one.Seconds)} ms a step and {Figures.Megabytes(MemoryPlan.MinBytes(job, one.Teams))} "
            + $"as {one.Teams.Workers} × {one.Teams.ThreadsOfEach}");
        return $" (measured now: {string.Join(", ", measured)})";
    }

    private static string OptimizerName(Optimizer optimizer) => optimizer switch
    {
        AdamW => "adamW",
        RmsProp => "rmsProp",
        _ => optimizer.GetType().Name.ToLowerInvariant(),
    };
}

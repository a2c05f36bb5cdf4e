using RnnActors.Cli.Runs;
using RnnActors.Core.Optimizers;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Series;
using RnnActors.Data.Text;
using RnnActors.Training.Arrangement;

namespace RnnActors.Cli.Display;

/// <summary>What is about to be trained, in a few lines.</summary>
internal static class OverviewText
{
    public static IReadOnlyList<(string Name, string Value)> Lines(RunOverview run)
    {
        var training = run.Specification.Training;
        List<(string, string)> lines =
        [
            ("data", Data(run)),
            ("model", $"{string.Join(" → ", run.Model.Spec.Layers.Select(LayerText.Of))}, {Figures.Count(run.Model.Layout.Count)} parameters"),
            ("training", $"{training.Loss.Name}, {OptimizerName(training.Optimizer)} {Figures.Number(training.Optimizer.LearningRate)}, batch {training.Batch} in {training.Shards} shards, "
                + $"{Figures.Plural(training.Epochs, "epoch")} of {Figures.Plural(run.StepsPerEpoch, "step")}, seed {training.Seed}"),
            ("run", $"{run.Folder.Shown}, {(run.Cluster is { } cluster ? $"on the cluster at {string.Join(", ", cluster.Contacts)}" : Workers(run))}"),
        ];
        if (run.IsResumed) lines.Add(("resumed", $"after step {Figures.Count(run.Start.Step)}, in epoch {run.Start.Epoch + 1}"));
        return lines;
    }

    private static string Workers(RunOverview run)
    {
        var (workers, threads) = run.Teams;
        int left = run.Offered - run.Teams.Threads;
        string text = Figures.Plural(workers, "worker");
        if (threads == 1) text += left > 0 ? $" of {Figures.Count(run.Offered)}: no more can share the batch than it has shards" : "";
        else text += $" of {Figures.Count(threads)} threads" + (left > 0 ? $"; {Figures.Count(left)} of {Figures.Count(run.Offered)} cannot be shared out evenly" : "");
        return text + Measured(run.Arrangement);
    }

    /// <summary>What was measured before the run, the arrangement that was chosen first.</summary>
    private static string Measured(ArrangedThreads? arrangement)
    {
        if (arrangement is not { Measured.Count: > 0 }) return "";
        var times = arrangement.Measured.OrderByDescending(one => one.Teams == arrangement.Teams);
        return $" (measured now: {string.Join(", ", times.Select(one => $"{Figures.Number(1000 * one.Seconds)} ms a step as {one.Teams.Workers} × {one.Teams.ThreadsOfEach}"))})";
    }

    private static string Data(RunOverview run) => run.Task switch
    {
        ForecastTask task => $"{(task.Spec.Path is null ? $"{MackeyGlass.TableName}, which is chaotic" : Invocation.Shown(run.Specification.DataPath!))}: "
            + $"{string.Join(", ", task.Targets.Take(4).Select(target => target.Name))}{(task.Targets.Count > 4 ? " …" : "")} "
            + $"{Figures.Plural(task.Spec.Horizon, "row")} ahead, from {Figures.Plural(task.Spec.Window, "row")} of {Figures.Plural(task.Inputs.Count, "column")}; "
            + $"{Figures.Count(task.Train.Rows)} windows to train on{Held(task.Validation?.Rows, "to validate")}{Held(task.Test?.Rows, "to test")}",
        TextTask task => $"{Invocation.Shown(run.Specification.DataPath!)}: {Figures.Count((long)task.Train.Rows * task.Train.Steps)} {(task.Vocabulary.Unit == TextUnit.Bytes ? "bytes" : "characters")} "
            + $"to train on{Held(task.Validation?.Rows * task.Validation?.Steps, "to validate")}{Held(task.Test?.Rows * task.Test?.Steps, "to test")}; {task.Vocabulary.Count} different ones",
        _ => run.Name,
    };

    private static string Held(int? rows, string purpose) => rows is { } count ? $", {Figures.Count(count)} {purpose}" : "";

    private static string OptimizerName(Optimizer optimizer) => optimizer switch
    {
        AdamW => "adamW",
        RmsProp => "rmsProp",
        _ => optimizer.GetType().Name.ToLowerInvariant(),
    };
}

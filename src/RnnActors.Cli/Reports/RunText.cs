using RnnActors.Cli.Display;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;
using RnnActors.Runs.Trained;
using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>The content of a checkpoint, for people.</summary>
internal static class RunText
{
    public static void Write(Terminal terminal, TrainedRun run)
    {
        var progress = run.State.Progress;
        var facts = new FactList();
        void Add(string name, string value) => facts.Add(name, Markup.Escape(value));
        Add("checkpoint", ShownPath.Of(run.Checkpoint.Path));
        int epochs = run.Specification.Training.Epochs;
        Add("step", $"{Figures.Count(progress.Step)}, " + (progress.Epoch >= epochs
            ? $"at the end of {Figures.Plural(epochs, "epoch")}"
            : $"in epoch {progress.Epoch + 1} of {epochs} after {Figures.Plural(progress.Position, "batch", "batches")}"));
        if (progress.BestLoss is { } best) Add("best", $"validation loss {Figures.Number(best)} after step {Figures.Count(progress.BestStep)}");
        if (progress.Stopped) Add("ended", "early, since the validation loss did not improve any more");
        Add("parameters", TrainingCheckpoint.Hash(run.Model.Layout, run.State.Parameters));
        if (run.State.IsAveraged)
        {
            long since = progress.AveragingSince!.Value;
            Add("averaged ones", $"{TrainingCheckpoint.Hash(run.Model.Layout, run.State.Average!)}, of the {Figures.Plural(progress.Step - since, "step")} "
                + $"since step {Figures.Count(since)}");
        }

        if (run.State.Best is { } kept) Add("best ones", TrainingCheckpoint.Hash(run.Model.Layout, kept));
        Add("data hash", run.Identity.DataHash);
        facts.Write(terminal.Console);
        terminal.Console.WriteLine();
        ModelTable.Write(terminal.Console, run.Model);
        terminal.Console.WriteLine();
        WriteTensors(terminal.Console, run);
        terminal.Console.WriteLine();
        SpecificationText.WriteJson(terminal, run.Specification);
    }

    private static void WriteTensors(IAnsiConsole console, TrainedRun run)
    {
        var tensors = run.Checkpoint.File.Tensors;
        console.MarkupLine($"[bold]Tensors[/] ({tensors.Count} in the file, {Figures.Megabytes(tensors.Sum(tensor => (long)tensor.Bytes.Length))})");
        var names = tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        // Moments and best parameters have the shapes of their parameters.
        foreach (var tensor in tensors.Where(tensor => ParameterOf(tensor.Name, names) is null)) console.WriteLine($"  {tensor}");
        foreach (var copies in tensors.Where(tensor => ParameterOf(tensor.Name, names) is not null)
            .GroupBy(tensor => tensor.Name[..^(ParameterOf(tensor.Name, names)!.Length + 1)]))
            console.WriteLine($"  {copies.Key}.…: {Figures.Plural(copies.Count(), "tensor")} of the same shapes");
    }

    /// <summary>The parameter that a tensor belongs to, whose name follows a prefix; null for none.</summary>
    private static string? ParameterOf(string name, HashSet<string> names)
    {
        for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
            if (names.Contains(name[(dot + 1)..])) return name[(dot + 1)..];
        return null;
    }
}

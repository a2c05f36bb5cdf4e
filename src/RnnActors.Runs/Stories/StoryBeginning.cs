using RnnActors.Runs.Preparing;

namespace RnnActors.Runs.Stories;

/// <summary>Creates the story of a run that is about to begin.</summary>
internal static class StoryBeginning
{
    /// <param name="before">The story of the run's earlier steps from its folder; null for none.</param>
    public static RunStory Of(RunOverview run, RunStory? before)
    {
        var kind = run.Specification.Task;
        string data = run.Task.Describe(run.Specification.DataPath is { } path ? Path.GetFileName(path) : null);
        return new RunStory(run.Name, kind.Name)
        {
            Question = $"Train {kind.Noun}, which {kind.Purpose}, on {data}.",
            Facts = [.. OverviewText.Lines(run).Where(line => line.Name is not "run").Select(line => new StoryFact(line.Name, line.Value)),
            new("data hash", run.Task.DataHash)],
            Findings = before?.Findings ?? [],
            Specification = run.Specification.ToJson(),
            Commands = [.. before?.Commands ?? [], .. run.Command is { } command ? (string[])[command] : []],
            Progress = new StoryProgress(run.Start.Step, run.Plan.LastStep, run.Start.Epoch, run.Specification.Training.Epochs),
            Result = before?.Result is { } result ? result with { Checkpoint = null } : null,
        };
    }
}

using RnnActors.Runs.Preparing;

namespace RnnActors.Runs.Stories;

/// <summary>What a story begins with: what was asked.</summary>
internal static class StoryBeginning
{
    /// <param name="before">What the run's folder says of its earlier steps; null for nothing.</param>
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

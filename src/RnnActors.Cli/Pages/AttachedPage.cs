using RnnActors.Core.Training;
using RnnActors.Runs.Stories;
using RnnActors.Training.Client;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Pages;

/// <summary>The page of a cluster's run, without its specification or data.</summary>
internal sealed class AttachedPage
{
    private readonly RunPage _page;
    private readonly StoryRecorder _story;

    public AttachedPage(RunPage page, RunSummary run, ClientOptions cluster)
    {
        _page = page;
        _story = new StoryRecorder(new RunStory(run.Name, "")
        {
            Question = $"A cluster's run, followed from its step {run.Step} on.",
            Facts = [new StoryFact("run", run.RunId), new StoryFact("cluster", string.Join(", ", cluster.Contacts))],
            Progress = new StoryProgress(run.Step, run.LastStep, 0, 0),
        });
        page.Feed.Open(_story, run.RunId);
        page.Feed.Phase(PagePhase.Training);
        page.Watch(cluster);
    }

    public void Observe(TrainingEvent happened) => _story.Observe(happened);

    public void Ended(RunEnded ended) =>
        _page.Feed.End(RunEndings.PhaseOf(ended.Ending), RunEndings.Of(ended.Ending, ended.Message, ended.Parameters));

    public void Detached() =>
        _page.Feed.End(PagePhase.Stopped, new PageEnd("This page no longer follows the run. The cluster goes on with it.", [], "unknown", null));
}

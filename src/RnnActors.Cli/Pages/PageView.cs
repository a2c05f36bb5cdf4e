using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>Shows a run on its page in addition to another view.</summary>
internal sealed class PageView(IRunView view, RunPage page) : IRunView
{
    public void Opened(StoryRecorder story)
    {
        page.Feed.Open(story);
        view.Opened(story);
    }

    public void Started(RunOverview run)
    {
        page.Feed.Phase(PagePhase.Training);
        page.Watch(run.Cluster);
        view.Started(run);
    }

    public void Warned(string warning) => view.Warned(warning);

    public void Noted(string note) => view.Noted(note);

    public void Found(Finding finding) => view.Found(finding);

    public void Happened(TrainingEvent happened, RunStatus status) => view.Happened(happened, status);

    public void Refreshed(RunStatus status, bool isLast)
    {
        page.Feed.Status(status);
        if (isLast) page.Feed.Phase(PagePhase.Measuring);
        view.Refreshed(status, isLast);
    }

    public Task FollowAsync(Func<Task> follow) => view.FollowAsync(follow);

    public Score? Scored(Func<Score?> measure) => view.Scored(measure);

    public void Finished(RunReport report)
    {
        string? path = report.Plots.FirstOrDefault(plot => plot.EndsWith(".html", StringComparison.Ordinal));
        page.Report = path;
        var verdict = report.Story?.Verdict;
        page.Feed.End(
            PagePhase.Finished,
            new PageEnd(
                verdict?.Headline ?? "The run is done.", [.. verdict?.Reasons ?? [], .. verdict?.Advice ?? [], $"Parameters: {report.ParameterHash}"],
                (verdict?.Standing ?? Standing.Unknown).ToString().ToLowerInvariant(), path is null ? null : ShownPath.Of(path)),
            report.Story);
        view.Finished(report);
    }

    public void Stopped(StopReport report)
    {
        page.Feed.End(
            PagePhase.Stopped,
            new PageEnd(
                $"{report.Signal} ended the run after step {report.Progress.Step}.",
                [.. report.Resume is { } resume ? (string[])[$"To {resume.Purpose}: {page.CommandOf(resume)}"] : [], $"Parameters: {report.ParameterHash}"],
                    "unknown", null));
        view.Stopped(report);
    }

    public void Detached(DetachReport report)
    {
        page.Feed.End(
            PagePhase.Stopped,
            new PageEnd(
                $"{report.Signal}: this page no longer follows. The cluster goes on with the run.",
                [.. report.Next.Select(next => $"To {next.Purpose}: {page.CommandOf(next)}")], "unknown", null));
        view.Detached(report);
    }
}

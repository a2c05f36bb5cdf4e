using Microsoft.Extensions.Logging;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Wording;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Hosting;

/// <summary>Writes a run's events to a log.</summary>
internal sealed partial class LogView(ILogger log) : IRunView
{
    private const string Warning = "Warning: ";

    private RunOverview? _run;
    private volatile RunStatus? _status;

    /// <summary>The status at the last refresh; null before the first step.</summary>
    public RunStatus? Status => _status;

    public void Started(RunOverview run)
    {
        _run = run;
        Begins(log, run.Folder.Shown, Figures.Plural(run.Teams.Threads, "thread"), run.Start.Step, run.Plan.LastStep);
    }

    public void Warned(string warning) => Say(LogLevel.Warning, warning);

    public void Found(Finding finding) =>
        Say(finding.Severity == FindingSeverity.Note ? LogLevel.Information : LogLevel.Warning, $"{finding.Severity}: {finding.Text}.");

    public void Happened(TrainingEvent happened, RunStatus status)
    {
        string text = EventText.Of(happened, _run!.Specification.Training.Epochs).Trim();
        if (text.StartsWith(Warning, StringComparison.Ordinal)) Say(LogLevel.Warning, text[Warning.Length..]);
        else Say(LogLevel.Information, text);
    }

    public void Refreshed(RunStatus status, bool isLast)
    {
        if (status.Step is not null) _status = status;
    }

    private void Say(LogLevel level, string text) => Said(log, level, _run?.Name ?? "", text);

    [LoggerMessage(EventId = 10, Level = LogLevel.Information,
        Message = "The training of {Folder} begins on {Threads}: step {Step} of {LastStep}.")]
    private static partial void Begins(ILogger log, string folder, string threads, long step, long lastStep);

    [LoggerMessage(EventId = 11, Message = "{Run}: {Text}")]
    private static partial void Said(ILogger log, LogLevel level, string run, string text);
}

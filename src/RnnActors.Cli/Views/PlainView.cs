using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Wording;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Views;

/// <summary>A line for each epoch and checkpoint, and one every few seconds: for logs and pipes.</summary>
internal sealed class PlainView(Terminal terminal) : IRunView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private RunOverview? _run;
    private TimeSpan _said;

    public void Started(RunOverview run)
    {
        _run = run;
        foreach ((string name, string value) in OverviewText.Lines(run)) terminal.Output.WriteLine($"{name,-10} {value}");
        terminal.Output.Flush();
    }

    public void Warned(string warning)
    {
        terminal.Output.WriteLine($"Warning: {warning}");
        terminal.Output.Flush();
    }

    public void Found(Finding finding)
    {
        terminal.Output.WriteLine($"{finding.Severity}: {finding.Text}.");
        terminal.Output.Flush();
    }

    public void Happened(TrainingEvent happened, RunStatus status)
    {
        string rate = happened is EpochDone epoch ? $"  step {Figures.Count(epoch.Progress.Step)}/{Figures.Count(_run!.Plan.LastStep)}{Pace(status)}" : "";
        terminal.Output.WriteLine(EventText.Of(happened, _run!.Specification.Training.Epochs) + rate);
        terminal.Output.Flush();
        if (happened is EpochDone) _said = status.Elapsed;
    }

    public void Refreshed(RunStatus status, bool isLast)
    {
        if (isLast || status.Step is null || status.Elapsed - _said < Interval) return;
        _said = status.Elapsed;
        terminal.Output.WriteLine(
            $"  step {Figures.Count(status.Progress.Step)}/{Figures.Count(_run!.Plan.LastStep)}  loss {Figures.Number(status.Step.Loss)}{Pace(status)}");
        terminal.Output.Flush();
    }

    public void Finished(RunReport report) => ReportText.Write(terminal, report);

    public void Stopped(StopReport report) => ReportText.WriteStopped(terminal, report);

    public void Detached(DetachReport report) => ReportText.WriteDetached(terminal, report);

    private static string Pace(RunStatus status) =>
        $"  {Figures.Count((long)status.TokensPerSecond)} tokens/s{(status.TimeLeft is { } left ? $"  {Figures.Duration(left)} left" : "")}";
}

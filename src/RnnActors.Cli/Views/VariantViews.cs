using RnnActors.Cli.Display;
using RnnActors.Core.Training;
using RnnActors.Data.Wording;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Training.Events;

namespace RnnActors.Cli.Views;

/// <summary>Shows one of several trainings of a specification, such as a fold: a line for each epoch, for each warning, and for the end.</summary>
/// <param name="noun">What it is: <c>fold</c>.</param>
/// <param name="number">From 0.</param>
/// <param name="count">How many there are.</param>
internal sealed class PlainVariant(Terminal terminal, string noun, int number, int count) : IRunView
{
    private RunOverview? _run;

    private string Title => $"{noun} {number + 1}/{count}";

    public void Started(RunOverview run)
    {
        _run = run;
        if (number == 0)
            foreach ((string name, string value) in OverviewText.Lines(run)) terminal.Say($"{name,-10} {value}", indent: 11);
    }

    public void Warned(string warning)
    {
        if (number == 0) terminal.Say($"Warning: {warning}");
    }

    public void Happened(TrainingEvent happened, RunStatus status)
    {
        if (happened is not (CheckpointSaved or WorkersJoined or WorkersLeft))
            terminal.Say($"{Title}  {EventText.Of(happened, _run!.Specification.Training.Epochs)}");
        terminal.Output.Flush();
    }

    public void Finished(RunReport report) => terminal.Say(
        $"{Title}  {string.Join("  ", Shown(report.Score!).Select(metric => $"{report.Score!.Column(metric.Key).Title} {Figures.Number(metric.Value)}"))}"
        + $"  in {Figures.Duration(TimeSpan.FromSeconds(report.Seconds))}");

    private static IEnumerable<KeyValuePair<string, double>> Shown(Data.Tasks.Score score) => score.Metrics.Where(metric => !score.Column(metric.Key).IsDetail);
}

/// <summary>The same as JSON lines, each with the number of the training.</summary>
internal sealed class JsonVariant(JsonLineWriter lines, string noun, int number) : IRunView
{
    public void Warned(string warning)
    {
        if (number == 0) lines.Write("warning", ("message", warning));
    }

    public void Happened(TrainingEvent happened, RunStatus status)
    {
        if (happened is not CheckpointSaved && JsonEvents.Of(happened, status) is var (name, members)) lines.Write(name, [(noun, number), .. members]);
    }

    public void Finished(RunReport report) => lines.Write(
        noun, (noun, number), ("parameters", report.ParameterHash), ("metrics", report.Score!.Metrics), ("baselines", JsonView.Baselines(report.Score)),
        ("steps", report.Progress.Step), ("seconds", report.Seconds));
}

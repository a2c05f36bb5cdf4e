using System.Diagnostics;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;
using RnnActors.Core.Training;
using RnnActors.Data.Wording;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Views;

/// <summary>Shows a cluster's run without its specification or data: a line for each event, and one every few seconds.</summary>
internal sealed class AttachedView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), JsonInterval = TimeSpan.FromSeconds(1);

    private readonly Terminal _terminal;
    private readonly RunSummary _run;
    private readonly JsonView? _json;
    private readonly JsonLineWriter _lines;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private TimeSpan _said;
    private long _tokens;

    public AttachedView(Terminal terminal, bool json, RunSummary run)
    {
        (_terminal, _run, _lines, _json) = (terminal, run, new JsonLineWriter(terminal.Output), json ? new JsonView(terminal) : null);
        _said = -Interval;
        if (json)
        {
            _lines.Write(
                "attached", ("run", run.RunId), ("name", run.Name), ("state", run.StateForPeople), ("step", run.Step), ("last_step", run.LastStep));
        }
        else Say($"Following {run.Name} ({RunIds.Short(run.RunId)}): {run.StateForPeople}. Ctrl-C detaches, and the run goes on.");
    }

    public void Observe(TrainingEvent happened)
    {
        lock (_gate)
        {
            var elapsed = Stopwatch.GetElapsedTime(_began);
            if (happened is ParametersHashed) return; // only for ledgers
            if (happened is not StepDone step)
            {
                if (_json is not null) _json.Happened(happened, StatusOf(null, elapsed));
                else Say(EventText.Of(happened));
                return;
            }

            _tokens += step.Tokens;
            if (elapsed - _said < (_json is null ? Interval : JsonInterval)) return;
            _said = elapsed;
            if (_json is not null) _json.Refreshed(StatusOf(step, elapsed), isLast: true);
            else Say($"  step {Figures.Count(step.Progress.Step)}{Of(_run.LastStep)}  loss {Figures.Number(step.Loss)}");
        }
    }

    /// <returns>The exit code.</returns>
    public int Ended(RunEnded ended, IReadOnlyList<string> contacts)
    {
        string state = ended.Ending.ToString().ToLowerInvariant();
        if (_json is not null)
        {
            _lines.Write("ended", ("run", ended.RunId), ("state", state), ("steps", ended.Step), ("parameters", ended.Parameters), ("message", ended.Message));
        }
        else
        {
            string what = ended.Ending switch
            {
                RunEnding.Complete => "is complete",
                RunEnding.Stopped => "was stopped before its end",
                RunEnding.NonFinite => "has ended, since a loss or gradient is not a finite number,",
                _ => "has failed",
            };
            Say($"{_run.Name} ({RunIds.Short(_run.RunId)}) {what} after step {Figures.Count(ended.Step)}{Of(ended.LastStep)}"
                + $"{(ended.Message is null ? "" : $" ({ended.Message.TrimEnd('.')})")}.");
            if (ended.Parameters is not null) Say($"  parameters  {ended.Parameters}");
            if (ended.Checkpoint is not null)
            {
                Say("Get its checkpoints and losses:");
                Say($"    {_terminal.Invocation.Of(["fetch", RunIds.Short(ended.RunId), .. contacts.SelectMany(contact => new[] { "--cluster", contact })])}");
            }
        }

        return ended.Ending switch
        {
            RunEnding.Complete => ExitCode.Done,
            RunEnding.Stopped => ExitCode.Cancelled,
            RunEnding.NonFinite => ExitCode.NonFinite,
            _ => ExitCode.Failed,
        };
    }

    public void Detached(DetachReport report)
    {
        if (_json is not null) _json.Detached(report);
        else ReportText.WriteDetached(_terminal, report);
    }

    private static string Of(long lastStep) => lastStep > 0 ? $"/{Figures.Count(lastStep)}" : "";

    private RunStatus StatusOf(StepDone? step, TimeSpan elapsed) => new(
        step, step?.Progress ?? TrainingProgress.Start, null, _tokens / Math.Max(1e-3, elapsed.TotalSeconds), elapsed, null, null);

    private void Say(string text)
    {
        _terminal.Output.WriteLine(text);
        _terminal.Output.Flush();
    }
}

using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Nodes;
using RnnActors.Cli.Pages;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Views;
using RnnActors.Core.Training;
using RnnActors.Runs.Reports;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Commands;

/// <summary><c>attach</c>: follows a run of a cluster to its end; Ctrl-C only stops following it.</summary>
internal static class AttachCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = RunArgument.Create();
        var target = new ClusterTarget();
        var json = CommandOptions.Json();
        var page = CommandOptions.Page();
        var command = new Command("attach", "Follows a cluster's run to its end. Ctrl-C detaches: the run goes on.") { run, json, page };
        target.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using var client = target.Connect(parsed);
            using var signals = new StopSignals(terminal.Restore);
            try
            {
                var found = await client.FindRunAsync(parsed.GetRequiredValue(run), signals.Token).ConfigureAwait(false);
                return await FollowAsync(found).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                return signals.ExitCode;
            }

            async Task<int> FollowAsync(RunSummary found)
            {
                await using var opened = await RunPage.OpenAsync(terminal, parsed.GetValue(page), parsed.GetValue(json)).ConfigureAwait(false);
                var shown = opened is null ? null : new AttachedPage(opened, found, target.Options(parsed));
                var view = new AttachedView(terminal, parsed.GetValue(json), found);
                string[] contacts = [.. target.Contacts(parsed).Select(contact => contact.ToString())];
                try
                {
                    var ended = await client.AttachAsync(found, Observe, signals.Token).ConfigureAwait(false);
                    shown?.Ended(ended);
                    return view.Ended(ended, contacts);
                }
                catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
                {
                    shown?.Detached();
                    view.Detached(new DetachReport(
                        signals.ExitCode == ExitCode.Interrupted ? "Ctrl-C" : "SIGTERM", found.RunId, NextSteps.AfterDetaching(found.RunId, contacts)));
                    return signals.ExitCode;
                }

                void Observe(TrainingEvent happened)
                {
                    shown?.Observe(happened);
                    view.Observe(happened);
                }
            }
        });
        return command;
    }
}

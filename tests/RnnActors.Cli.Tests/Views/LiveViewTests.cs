using RnnActors.Cli.Display;
using RnnActors.Cli.Plots;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Views;
using RnnActors.Core.Objectives;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using Spectre.Console.Testing;
using Xunit;

namespace RnnActors.Cli.Tests.Views;

public sealed class LiveViewTests
{
    [Fact]
    public async Task The_table_shows_loss_best_pace_and_the_last_checkpoint()
    {
        using var console = new TestConsole().Width(80);
        using StringWriter output = new(), error = new();
        var view = new LiveView(new Terminal(output, error, console, true, TextPlotCharacters.Braille, new Invocation("rnnactors")));
        var run = PreparedRun.Create("test", RunSpecification.ForDataFile(null));
        view.Started(new RunOverview(run, new RunFolder("runs/test")) { Offered = 2 });

        var progress = new TrainingProgress(130, 2, 0, new LossSum(), 0.25, run.StepsPerEpoch, 1, null, false);
        var step = new StepDone(progress, 0.5, 1, 0.001f, 100);
        var status = new RunStatus(step, progress, 0.375, 12_345, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60),
            new CheckpointSaved(100, "runs/test/step-00000100.safetensors", "abcd"));
        await view.FollowAsync(() =>
        {
            view.Happened(new CheckpointNotSaved(100, "the disk is full"), status);
            view.Refreshed(status, isLast: true);
            return Task.CompletedTask;
        });

        foreach (string part in (string[])["0.5", "0.375", "0.25 in epoch 1", "12,345", "step-00000100.safetensors", "abcd", "60 s", "the disk is full"])
            Assert.Contains(part, console.Output, StringComparison.Ordinal);
    }
}

using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Reports;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Commands;

/// <summary><c>verify</c>: repeats steps of a run and its predictions, and checks every bit against its folder.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var data = RunOptions.DataPlace();
        var whole = new Option<bool>("--whole") { Description = "From the run's beginning, rather than from the checkpoint before the newest." };
        var workers = CommandOptions.Workers();
        var json = CommandOptions.Json();
        const string What = "Computes a run's last steps again, on any machine and any number of workers, and says whether every bit agrees.";
        var command = new Command("verify", What) { path, data, whole, workers, json };
        command.SetAction(async (parsed, _) =>
        {
            string run = parsed.GetRequiredValue(path);
            using var signals = new StopSignals(beforeExit: terminal.Restore);
            var view = new ReplayView(terminal, parsed.GetValue(json));
            Verification? verified = await Verification
                .OfAsync(run, parsed.GetValue(data), parsed.GetValue(whole), parsed.GetValue(workers), view, signals.Token).ConfigureAwait(false);
            view.Clear();
            if (verified is null) return signals.ExitCode;
            if (parsed.GetValue(json)) WriteJson(terminal, run, verified);
            else Write(terminal, run, verified);
            return verified.Agrees ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static void Write(Terminal terminal, string run, Verification verified)
    {
        string steps = verified.From == 0
            ? $"all {Figures.Count(verified.To)} steps"
            : $"steps {Figures.Count(verified.From + 1)} to {Figures.Count(verified.To)}";
        terminal.Output.WriteLine($"{ShownPath.Of(run)}: {steps} were computed again");
        terminal.Output.WriteLine($"  checkpoint {verified.Expected}");
        terminal.Output.WriteLine($"  again      {verified.Found}");
        if (verified.Predictions is { } predictions)
        {
            terminal.Output.WriteLine(predictions.FirstLine is { } line
                ? $"{ShownPath.Of(predictions.Path)}:{line}: this is not what the network predicts: the predictions were changed."
                : $"{Figures.Plural(predictions.Rows, "prediction")} of {ShownPath.Of(predictions.Path)} are the same.");
        }

        if (verified.Calibration is { } calibration)
        {
            terminal.Output.WriteLine(calibration.Agrees ? $"{ShownPath.Of(calibration.Path)} is the same."
                : $"{ShownPath.Of(calibration.Path)}: this is not what the validation rows say: the calibration was changed.");
        }

        if (verified.FirstStep is { } first)
            terminal.Output.WriteLine($"By the run's ledger they differ since step {Figures.Count(first.Step)} ({first.What}).");
        if (verified.Differences.Count == 0)
        {
            terminal.Output.WriteLine(verified.Agrees ? "Every bit agrees: parameters, moments and carried states."
                : "Every bit of parameters, moments and carried states agrees.");
            return;
        }

        terminal.Output.WriteLine("They do NOT agree. The checkpoint is of other data, another build, another start, or was changed.");
        TensorTable.Write(terminal, verified.Differences);
    }

    private static void WriteJson(Terminal terminal, string run, Verification verified) => new JsonLineWriter(terminal.Output).Write(
        "verified", ("run", run), ("agrees", verified.Agrees), ("from", verified.From), ("to", verified.To), ("parameters", verified.Expected),
            ("again", verified.Found),
        ("first_step", verified.FirstStep?.Step), ("first_difference", verified.FirstStep?.What), ("predictions", verified.Predictions?.Rows),
        ("predictions_differ_at_line", verified.Predictions?.FirstLine),
        ("calibration_agrees", verified.Calibration?.Agrees), ("differences", TensorTable.Json(verified.Differences)));
}

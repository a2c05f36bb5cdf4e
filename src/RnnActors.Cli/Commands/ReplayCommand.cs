using System.CommandLine;
using System.Globalization;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Commands;

/// <summary><c>replay</c>: repeats one step of a run and compares it with the run's ledger.</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var data = RunOptions.DataPlace();
        var step = new Option<long>("--step") { Description = "The step, from 1.", Required = true };
        var workers = CommandOptions.Workers();
        var json = CommandOptions.Json();
        const string What = "Computes a step of a run again from the checkpoint before it, and says whether every bit is what the run's ledger has.";
        var command = new Command("replay", What) { path, data, step, workers, json };
        command.SetAction(async (parsed, _) =>
        {
            string run = parsed.GetRequiredValue(path);
            using var signals = new StopSignals(beforeExit: terminal.Restore);
            var view = new ReplayView(terminal, parsed.GetValue(json));
            Replay? replay = await Replay
                .OfAsync(run, parsed.GetRequiredValue(step), parsed.GetValue(data), parsed.GetValue(workers), view, signals.Token).ConfigureAwait(false);
            view.Clear();
            if (replay is null) return signals.ExitCode;
            if (parsed.GetValue(json)) WriteJson(terminal, run, replay);
            else Write(terminal, run, replay);
            return replay.Agrees ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static void Write(Terminal terminal, string run, Replay replay)
    {
        LedgerStep then = replay.Then, again = replay.Again;
        string from = replay.From == 0 ? "from the run's beginning" : $"from the checkpoint of step {Figures.Count(replay.From)}";
        terminal.Output.WriteLine($"{ShownPath.Of(run)}: step {Figures.Count(then.Step)} was computed again, {from}");
        terminal.Output.WriteLine($"  batch       epoch {then.Epoch + 1}, batch {then.Batch + 1}, rows {then.Rows ?? again.Rows}");
        Line("rate", Exact(then.Rate), Exact(again.Rate));
        Line("loss", Exact(then.Loss), Exact(again.Loss));
        Line("norm", Exact(then.Norm), Exact(again.Norm));
        if (replay.HashThen is { } hash) Line("parameters", hash, replay.HashAgain);
        else terminal.Output.WriteLine($"  parameters  {replay.HashAgain} (the run saved none here)");
        if (replay.FirstStep is not { } first)
        {
            terminal.Output.WriteLine($"Every bit agrees, in {Figures.Plural((int)(then.Step - replay.From), "step")} from there.");
            return;
        }

        terminal.Output.WriteLine($"They do NOT agree: they differ since step {Figures.Count(first.Step)} ({first.What}).");

        static string Exact(IFormattable number) => number.ToString("R", CultureInfo.InvariantCulture);

        void Line(string name, string was, string now) =>
            terminal.Output.WriteLine($"  {name,-10}  {was}{(was == now ? "" : $", and again {now}")}");
    }

    private static void WriteJson(Terminal terminal, string run, Replay replay) => new JsonLineWriter(terminal.Output).Write(
        "replayed", ("run", run), ("agrees", replay.Agrees), ("from", replay.From), ("step", replay.Then.Step), ("epoch", replay.Then.Epoch),
            ("batch", replay.Then.Batch),
        ("rows", replay.Then.Rows ?? replay.Again.Rows),
        ("rate", replay.Then.Rate), ("loss", replay.Then.Loss), ("norm", replay.Then.Norm), ("parameters", replay.HashThen),
        ("rate_again", replay.Again.Rate), ("loss_again", replay.Again.Loss), ("norm_again", replay.Again.Norm), ("parameters_again", replay.HashAgain),
        ("first_step", replay.FirstStep?.Step), ("first_difference", replay.FirstStep?.What));
}

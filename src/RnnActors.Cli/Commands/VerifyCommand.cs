using System.CommandLine;
using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;
using RnnActors.Runs.Sessions;
using Spectre.Console;

namespace RnnActors.Cli.Commands;

/// <summary><c>verify</c>: computes steps of a run again and says whether every bit agrees with what its checkpoint holds.</summary>
internal static class VerifyCommand
{
    /// <summary>Tensors that are told of.</summary>
    private const int MaxShown = 12;

    public static Command Create(Terminal terminal)
    {
        var path = RunOptions.Run();
        var whole = new Option<bool>("--whole") { Description = "From the run's beginning, rather than from the checkpoint before the newest." };
        var workers = CommandOptions.Workers();
        var json = CommandOptions.Json();
        var command = new Command("verify",
            "Computes a run's last steps again, on any machine and any number of workers, and says whether every bit agrees.") { path, whole, workers, json };
        command.SetAction(async (parsed, _) =>
        {
            string run = parsed.GetRequiredValue(path);
            using var signals = new StopSignals(beforeExit: terminal.Restore);
            var view = new Progress(terminal, parsed.GetValue(json));
            Verification? verified = await Verification.OfAsync(run, parsed.GetValue(whole), parsed.GetValue(workers), view, signals.Token)
                .ConfigureAwait(false);
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
        if (verified.Agrees)
        {
            terminal.Output.WriteLine("Every bit agrees: parameters, moments and carried states.");
            return;
        }

        terminal.Output.WriteLine("They do NOT agree. The checkpoint is of other data, another build, another start, or was changed.");
        var table = new Table { Border = TableBorder.None };
        foreach (string header in (string[])["tensor", "values", "that differ", "by at most"])
            table.AddColumn(new TableColumn($"[grey]{header}[/]").PadLeft(2));
        foreach (TensorDifference tensor in verified.Differences.Take(MaxShown))
            table.AddRow(Markup.Escape(tensor.Name), Figures.Count(tensor.Values), Figures.Count(tensor.Different), Figures.Number(tensor.Largest));
        terminal.Console.Write(table);
        if (verified.Differences.Count > MaxShown) terminal.Output.WriteLine($"… and {Figures.Count(verified.Differences.Count - MaxShown)} more");
    }

    private static void WriteJson(Terminal terminal, string run, Verification verified) => new JsonLineWriter(terminal.Output).Write(
        "verified", ("run", run), ("agrees", verified.Agrees), ("from", verified.From), ("to", verified.To), ("parameters", verified.Expected),
        ("again", verified.Found),
        ("differences", new JsonArray([.. verified.Differences.Select(tensor => new JsonObject
        {
            ["tensor"] = tensor.Name,
            ["values"] = tensor.Values,
            ["different"] = tensor.Different,
            ["largest"] = JsonLineWriter.Node(tensor.Largest),
        })])));

    /// <summary>The step that is computed, on one line of the error stream, where someone may be looking.</summary>
    private sealed class Progress(Terminal terminal, bool json) : IRunView
    {
        private int _width;

        public void Warned(string warning)
        {
            if (!json) terminal.Error.WriteLine($"Warning: {warning}");
        }

        public void Refreshed(RunStatus status, bool isLast)
        {
            if (json || !terminal.IsLive || isLast) return;
            string line = $"… step {Figures.Count(status.Progress.Step)}";
            terminal.Error.Write($"\r{line.PadRight(_width)}");
            _width = line.Length;
        }

        public void Clear()
        {
            if (_width > 0) terminal.Error.Write($"\r{new string(' ', _width)}\r");
        }
    }
}

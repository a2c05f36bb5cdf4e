using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Commands;

/// <summary><c>inspect</c>: what a run, a checkpoint, a specification or a file of data holds.</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string>("path") { Description = "A run's folder, a checkpoint, a specification or a file of data." };
        var other = new Argument<string?>("other") { Description = "A second run or checkpoint, to compare the first with.", Arity = ArgumentArity.ZeroOrOne };
        var json = CommandOptions.Json();
        const string What = "Shows what is in a run, a checkpoint, a specification or a file of data; or how two runs or checkpoints differ.";
        var command = new Command("inspect", What) { path, other, json };
        command.SetAction(parsed =>
        {
            string what = parsed.GetRequiredValue(path);
            if (parsed.GetValue(other) is { } second)
            {
                var compared = RunComparison.Of(what, second);
                if (parsed.GetValue(json)) ComparisonText.WriteJson(terminal, compared);
                else ComparisonText.Write(terminal, compared);
                return;
            }

            if (parsed.GetValue(json)) throw new InvalidInputException("--json is for two runs that are compared", "Name a second one, or leave it out");
            if (!File.Exists(what) && !Directory.Exists(what)) throw MissingPath.Refuse(what, "there is nothing to inspect");
            if (RunSpecification.IsSpecificationFile(what)) SpecificationText.Write(terminal, RunSpecification.Load(what));
            else if (IsRun(what)) RunText.Write(terminal, RunOptions.Open(what, warning => terminal.Error.WriteLine($"Warning: {warning}")));
            else DataText.Write(terminal, what);
        });
        return command;
    }

    private static bool IsRun(string path) => Directory.Exists(path)
        ? new RunFolder(path).HoldsRun || Directory.EnumerateDirectories(path).Any(inside => new RunFolder(inside).HoldsRun)
        : Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);
}

using System.CommandLine;
using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Commands;

/// <summary><c>inspect</c>: what a run, a checkpoint, a specification or a data file contains.</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string>("path") { Description = "A run's folder, a checkpoint, a specification or a file of data." };
        var other = new Argument<string?>("other") { Description = "A second run or checkpoint, to compare the first with.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>(CommandOptions.JsonName)
        {
            Description = "JSON, an object a line: how two runs differ; of a specification or data, findings and what training takes.",
        };
        const string What = "Shows what is in a run, a checkpoint, a specification or a file of data; or how two runs or checkpoints differ.";
        var keys = new SpecificationOptions();
        var command = new Command("inspect", What) { path, other, json };
        keys.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            string what = parsed.GetRequiredValue(path);
            bool isTold = keys.AreGiven(parsed);
            if (isTold && (parsed.GetValue(other) is not null || IsRun(what)))
            {
                throw new InvalidInputException("training options apply to data and specifications, and this is a run",
                    "Leave them out", new SourceLocation(what));
            }

            if (parsed.GetValue(other) is { } second)
            {
                var compared = RunComparison.Of(what, second);
                if (parsed.GetValue(json)) ComparisonText.WriteJson(terminal, compared);
                else ComparisonText.Write(terminal, compared);
                return;
            }

            if (!File.Exists(what) && !Directory.Exists(what)) throw MissingPath.Refuse(what, "there is nothing to inspect");
            bool isSpecification = RunSpecification.IsSpecificationFile(what);
            if (parsed.GetValue(json))
            {
                if (IsRun(what))
                {
                    throw new InvalidInputException(
                        "--json tells of specifications, of data, and of two runs that are compared", "Name a second run, or use evaluate --json",
                        new SourceLocation(what));
                }

                (string run, RunSpecification read) = keys.Resolve(parsed, what);
                await FindingText.WriteJsonAsync(terminal, PreparedRun.Create(run, read)).ConfigureAwait(false);
                return;
            }

            if (isSpecification || isTold)
            {
                (string name, RunSpecification specification) = keys.Resolve(parsed, what);
                await SpecificationText.WriteAsync(terminal, name, specification).ConfigureAwait(false);
            }
            else if (IsRun(what)) RunText.Write(terminal, RunOptions.Open(what, warning => terminal.Error.WriteLine($"Warning: {warning}")));
            else await DataText.WriteAsync(terminal, what).ConfigureAwait(false);
        });
        return command;
    }

    private static bool IsRun(string path) => Directory.Exists(path)
        ? new RunFolder(path).HoldsRun || Directory.EnumerateDirectories(path).Any(inside => new RunFolder(inside).HoldsRun)
        : Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);
}

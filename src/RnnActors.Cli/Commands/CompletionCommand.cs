using System.CommandLine;
using RnnActors.Cli.Completions;
using RnnActors.Cli.Display;

namespace RnnActors.Cli.Commands;

/// <summary><c>completion</c>: prints the script by which a shell completes commands, options and their values.</summary>
internal static class CompletionCommand
{
    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("shell")
        {
            Description = $"{string.Join(", ", CompletionScript.Shells)}. The script says in its first lines where it belongs.",
        };
        shell.AcceptOnlyFromAmong(CompletionScript.Shells);
        var command = new Command("completion", "Prints the script by which a shell completes commands, options and their values.") { shell };
        command.SetAction(parsed => terminal.Output.Write(CompletionScript.For(parsed.GetValue(shell)!)));
        return command;
    }
}

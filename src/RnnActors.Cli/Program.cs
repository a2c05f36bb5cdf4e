using RnnActors.Cli.Commands;
using RnnActors.Cli.Display;
using RnnActors.Cli.Processes;

namespace RnnActors.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) => RunAsync(args, Terminal.Standard());

    /// <summary>Runs the whole program.</summary>
    /// <returns>The exit code, one of <see cref="ExitCode"/>.</returns>
    internal static Task<int> RunAsync(string[] args, Terminal terminal) => new CommandLine(terminal).RunAsync(args);
}

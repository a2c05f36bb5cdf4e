using System.CommandLine;

namespace RnnActors.Cli.Commands;

/// <summary>The run that a command about a cluster is for.</summary>
internal static class RunArgument
{
    public static Argument<string> Create() => new("run") { Description = "Its id or how it begins, or its name, as runs shows them.", HelpName = "RUN" };
}

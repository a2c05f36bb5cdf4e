using System.CommandLine;

namespace RnnActors.Cli.Commands;

/// <summary>The argument for a cluster's run.</summary>
internal static class RunArgument
{
    public static Argument<string> Create() => new("run") { Description = "Its id or how it begins, or its name, as runs shows them.", HelpName = "RUN" };
}

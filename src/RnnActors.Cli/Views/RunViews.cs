using RnnActors.Cli.Display;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Views;

/// <summary>Chooses the view of a run.</summary>
internal static class RunViews
{
    public static IRunView For(Terminal terminal, bool json) =>
        json ? new JsonView(terminal) : terminal.IsLive ? new LiveView(terminal) : new PlainView(terminal);
}

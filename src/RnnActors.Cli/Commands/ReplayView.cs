using RnnActors.Cli.Display;
using RnnActors.Data.Findings;
using RnnActors.Data.Wording;
using RnnActors.Runs.Sessions;

namespace RnnActors.Cli.Commands;

/// <summary>Shows the step that is being repeated, on one line of the error stream, if that is a terminal.</summary>
internal sealed class ReplayView(Terminal terminal, bool json) : IRunView
{
    private int _width;

    public void Warned(string warning)
    {
        if (!json) terminal.Error.WriteLine($"Warning: {warning}");
    }

    /// <summary>Notes are printed as <c>evaluate</c> and <c>predict</c> do.</summary>
    public void Noted(string note)
    {
        if (!json) terminal.Error.WriteLine($"Note: {note}");
    }

    /// <summary>Findings were printed when the run began.</summary>
    public void Found(Finding finding)
    {
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

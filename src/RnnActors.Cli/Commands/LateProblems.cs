using System.Collections.Concurrent;
using RnnActors.Cli.Display;

namespace RnnActors.Cli.Commands;

/// <summary>Collects problems from other threads until the command is over, so that they do not disturb a live display.</summary>
internal sealed class LateProblems(Terminal terminal) : IDisposable
{
    private readonly ConcurrentQueue<string> _problems = new();

    public void Add(string problem) => _problems.Enqueue(problem);

    public void Dispose()
    {
        foreach (string problem in _problems) terminal.Error.WriteLine(problem);
    }
}

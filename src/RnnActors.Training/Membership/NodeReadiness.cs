using System.Collections.Concurrent;

namespace RnnActors.Training.Membership;

/// <summary>Why a node cannot take part, or what it waits for, as its actors say. Thread-safe.</summary>
public sealed class NodeReadiness
{
    private readonly ConcurrentDictionary<string, string> _problems = new();

    /// <summary>A sentence without its full stop; null where nothing is wrong.</summary>
    public string? Problem => _problems.OrderBy(problem => problem.Key, StringComparer.Ordinal).Select(problem => problem.Value).FirstOrDefault();

    /// <param name="topic">The subject; a later report about it replaces the earlier one.</param>
    /// <param name="problem">A sentence without its full stop; null where nothing is wrong.</param>
    public void Say(string topic, string? problem)
    {
        if (problem is null) _problems.TryRemove(topic, out _);
        else _problems[topic] = problem;
    }
}

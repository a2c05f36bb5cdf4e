using Spectre.Console;

namespace RnnActors.Cli.Reports;

/// <summary>Names with values, one a line, with the values aligned.</summary>
internal sealed class FactList
{
    private readonly List<(string Name, string Value)> _facts = [];

    /// <param name="value">Spectre's markup.</param>
    public void Add(string name, string value) => _facts.Add((name, value));

    public void Write(IAnsiConsole console)
    {
        int width = _facts.Max(fact => fact.Name.Length);
        foreach (var (name, value) in _facts) console.MarkupLine($"  [grey]{Markup.Escape(name.PadRight(width))}[/] {value}");
    }
}

using System.Text.Json;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>One change of a specification from the command line: <c>training.optimizer.adam.learningRate=0.01</c>.</summary>
public sealed class Override
{
    private readonly string[] _path;

    private Override(string[] path, SourceNode value) => (_path, Value) = (path, value);

    public SourceNode Value { get; }

    public SourceLocation Where => Value.Where;

    /// <summary>Parses <c>path=value</c>, where the value is JSON, or else a string without quotes.</summary>
    public static Override Parse(string text)
    {
        var where = new SourceLocation($"--set {text}");
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string path = equals < 0 ? "" : text[..equals].Trim();
        if (path.Length == 0 || path.Split('.').Any(string.IsNullOrWhiteSpace))
            throw new InvalidInputException("an override has the form path=value", "Write for instance --set training.batch=64", where);

        string value = text[(equals + 1)..];
        SourceNode node = SourceParser.TryParseValue(value, path, where) ?? new SourceNode(JsonValueKind.String, path, where) { Text = value };
        return new Override(path.Split('.'), node);
    }

    /// <summary>Whether the path ends after <paramref name="depth"/> names, so that the value applies there.</summary>
    public bool EndsAt(int depth) => depth == _path.Length;

    /// <summary>The path's name at index <paramref name="depth"/>.</summary>
    public string NameAt(int depth) => _path[depth];

    /// <summary>The path's first <paramref name="depth"/> names, joined.</summary>
    public string PathTo(int depth) => string.Join('.', _path.Take(depth));

    /// <summary>An empty object at the path's first <paramref name="depth"/> names.</summary>
    public SourceNode EmptyObject(int depth) => new(JsonValueKind.Object, PathTo(depth), Where);

    public InvalidInputException Refuse(string problem, string? remedy = null) => new(problem, remedy, Where);

    /// <summary>The error for an unknown name at <paramref name="depth"/>, with the nearest known one.</summary>
    public InvalidInputException RefuseName(int depth, IReadOnlyCollection<string> known) =>
        UnknownName.Refuse("key", NameAt(depth), PathTo(depth), known, Where);
}

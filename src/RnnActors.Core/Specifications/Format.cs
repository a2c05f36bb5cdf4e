using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>
/// The format of a value in a specification. One description serves the reader, the writer, command-line overrides and the JSON schema, so they cannot
/// disagree.
/// </summary>
public abstract class Format
{
    /// <summary>What is expected, with its article, for messages: <c>a whole number of at least 1</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>The JSON schema (draft 2020-12) of the values that can be read.</summary>
    public abstract JsonObject Schema(SchemaDefinitions definitions);

    /// <summary>The value <paramref name="current"/> (null where there is none) after an override, of whose path <paramref name="depth"/> names are already
    /// resolved.</summary>
    /// <exception cref="Problems.InvalidInputException">The override names something unknown.</exception>
    public virtual SourceNode Apply(Override change, int depth, SourceNode? current) =>
        change.EndsAt(depth) ? change.Value : throw change.Refuse($"{change.PathTo(depth)} is {Expected} and has nothing inside it");
}

/// <inheritdoc cref="Format"/>
/// <typeparam name="T">The type that values are read into.</typeparam>
public abstract class Format<T> : Format
{
    /// <exception cref="Problems.InvalidInputException">The node is not such a value.</exception>
    public abstract T Read(SourceNode node);

    public abstract void Write(Utf8JsonWriter writer, T value);

    /// <summary>Checks a value that was made in code by the same rules as one that is read.</summary>
    /// <param name="path">The value's name in messages: <c>training</c>.</param>
    /// <exception cref="InvalidInputException">A rule of the format is broken.</exception>
    public void Check(T value, string path)
    {
        var nowhere = new SourceLocation("");
        try
        {
            Check(value, new SourceNode(JsonValueKind.Undefined, path, nowhere));
        }
        catch (InvalidInputException problem) when (problem.Where == nowhere)
        {
            throw new InvalidInputException(problem.Problem, problem.Remedy, null, problem);
        }
    }

    /// <summary>As <see cref="Check(T, string)"/>. <paramref name="place"/> has a path for messages and no content.</summary>
    protected internal virtual void Check(T value, SourceNode place)
    {
    }

    /// <summary>The same format, defined once under a name in the schema's <c>$defs</c>.</summary>
    public Format<T> Named(string name) => new NamedFormat<T>(name, this);

    /// <summary>Canonical JSON: every key with its value, defaults included.</summary>
    public string ToJson(T value) => CanonicalJson.Write(writer => Write(writer, value));
}

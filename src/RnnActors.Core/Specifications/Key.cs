using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Specifications;

/// <summary>A key of an object in a specification.</summary>
/// <typeparam name="T">The record that the object is read into.</typeparam>
public abstract class Key<T>(string name, string description)
{
    public string Name { get; } = name;

    /// <summary>The key's meaning as a sentence, which the schema shows.</summary>
    public string Description { get; } = description;

    public bool IsRequired { get; init; }

    /// <summary>False where the default depends on the context.</summary>
    public bool HasDefault { get; init; } = true;

    /// <summary>Whether the key is written only if its value is not the default.</summary>
    public bool IsOptional { get; init; }

    public string Expected => Format.Expected;

    public abstract Format Format { get; }

    /// <summary>A copy of <paramref name="record"/> with the value of <paramref name="node"/>.</summary>
    public abstract T Read(T record, SourceNode node, T blank);

    /// <summary>Checks the key's value in a record that was made in code.</summary>
    public abstract void Check(T record, SourceNode place, T blank);

    /// <summary>Writes name and value, unless value and default are both null.</summary>
    public abstract void Write(Utf8JsonWriter writer, T record, T blank);

    public abstract JsonObject Schema(SchemaDefinitions definitions, T blank);
}

/// <summary>A key whose value is a <typeparamref name="TValue"/>.</summary>
internal sealed class Key<T, TValue>(string name, string description, Format<TValue> format, Func<T, TValue> get, Func<T, TValue, T> set)
    : Key<T>(name, description)
{
    public override Format Format => format;

    private bool ShowsDefault => HasDefault && !IsRequired && !IsOptional;

    public override T Read(T record, SourceNode node, T blank) => NamingTheDefault(() => set(record, format.Read(node)), node, blank);

    public override void Check(T record, SourceNode place, T blank) => NamingTheDefault(
        () =>
        {
            format.Check(get(record), place.Inside(Name));
            return record;
        },
        place,
        blank);

    public override void Write(Utf8JsonWriter writer, T record, T blank)
    {
        TValue value = get(record);
        if ((value is null || IsOptional) && EqualityComparer<TValue>.Default.Equals(value, get(blank))) return;
        writer.WritePropertyName(Name);
        format.Write(writer, value);
    }

    public override JsonObject Schema(SchemaDefinitions definitions, T blank)
    {
        JsonObject schema = format.Schema(definitions);
        schema["description"] = Description;
        if (ShowsDefault) schema["default"] = JsonNode.Parse(format.ToJson(get(blank)));
        return schema;
    }

    private T NamingTheDefault(Func<T> read, SourceNode node, T blank)
    {
        try
        {
            return read();
        }
        catch (InvalidInputException problem) when (ShowsDefault && problem.Remedy is null && problem.Where == node.Where)
        {
            throw new InvalidInputException(problem.Problem, $"The default is {format.ToJson(get(blank))}", problem.Where, problem);
        }
    }
}

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RnnActors.Data.Specifications;

namespace RnnActors.Data.Tests.Specifications;

/// <summary>All keys of specifications as Markdown, from the schema.</summary>
internal sealed class KeyReference
{
    private const string Head = """
        # The keys of a specification

        Made from the code, which says here what each key takes, what it is when it is left out, and what it means.
        `rnnactors new TASK` writes a specification with comments, `--set training.batch=64` changes any key, and
        `rnnactors schema` prints all this as a JSON schema for editors. A specification may have comments, and commas
        behind last values.


        """;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _schema = JsonNode.Parse(SpecificationSchema.Text)!.AsObject();
    private readonly StringBuilder _text = new(Head);
    private readonly HashSet<string> _told = [];

    private KeyReference()
    {
    }

    private JsonObject Definitions => _schema["$defs"]!.AsObject();

    private IEnumerable<(string Task, JsonObject Keys)> Tasks => _schema["allOf"]!.AsArray().Select(
        task => ((string)task!["if"]!["properties"]!["task"]!["const"]!, task["then"]!["properties"]!.AsObject()));

    public static string Write()
    {
        var reference = new KeyReference();
        reference.WriteTop();
        reference.WriteData();
        reference.WriteModel();
        return reference._text.ToString().TrimEnd() + "\n";
    }

    private void WriteTop()
    {
        var keys = _schema["properties"]!.AsObject();
        Heading(2, "the whole", "The whole");
        Table(_schema, key => key switch
        {
            "data" => $"an object: {string.Join(", ", Tasks.Select(task => Link($"data of {task.Task}")))}",
            "model" => $"{Link("model", "a list of layers")}",
            "training" or "checkpoint" => Link(key, "an object"),
            _ => null,
        });
        foreach (string key in (string[])["training", "checkpoint"])
        {
            Heading(2, key, $"`{key}`");
            Table(keys[key]!);
            WriteDefinitions(keys[key]!, level: 3);
        }
    }

    private void WriteData()
    {
        foreach (var (task, keys) in Tasks)
        {
            Heading(2, $"data of {task}", $"`data` of `{task}`");
            Table(Resolve(keys["data"]!));
            WriteDefinitions(Resolve(keys["data"]!), level: 3);
        }
    }

    private void WriteModel()
    {
        Heading(2, "model", "`model`");
        _text.Append("A list of layers, from the input to the output: `[ { \"lstm\": 64 }, { \"dense\": \"targets\" } ]`.\n\n");
        foreach (var (task, keys) in Tasks)
        {
            if (Alternatives(keys["model"]!).FirstOrDefault(one => one["properties"] is not null) is not { } whole) continue;
            _text.Append(CultureInfo.InvariantCulture, $"For `{task}` an object may stand in its place:\n\n");
            Table(whole, key => Alternatives(whole["properties"]![key]!).Any(one => one["items"] is not null) ? "list of layers" : null);
        }

        var layers = Tasks.SelectMany(task => Alternatives(task.Keys["model"]!)).SelectMany(model => model["items"] is { } items ? Alternatives(items) : [])
            .GroupBy(layer => (string)layer["required"]![0]!).ToArray();
        foreach (var layer in layers)
        {
            Heading(3, layer.Key, $"`{layer.Key}`");
            Table(layer.First(), key => string.Join(", ", layer.SelectMany(one => Values(one["properties"]![key]!)).Distinct()));
        }

        foreach (var layer in layers) WriteDefinitions(layer.First(), level: 3);
    }

    /// <summary>What a place refers to by a name, each told once.</summary>
    private void WriteDefinitions(JsonNode place, int level)
    {
        foreach (string name in References(place).Distinct().ToArray())
        {
            JsonNode definition = Definitions[name]!;
            if (IsWords(definition) || !_told.Add(name)) continue;
            Heading(level, name, $"`{name}`");
            if (Choices(definition) is { } choices) ChoiceTable(choices, definition);
            else Table(definition);
            WriteDefinitions(definition, level);
        }
    }

    private void Table(JsonNode place, Func<string, string?>? values = null)
    {
        _text.Append("| key | value | left out | meaning |\n|---|---|---|---|\n");
        foreach (var (name, key) in place["properties"]!.AsObject().Where(key => key.Key != "$schema")) Rows(place, name, key!, values?.Invoke(name));
        _text.Append('\n');
    }

    private void Rows(JsonNode place, string name, JsonNode key, string? values = null, string above = "")
    {
        Row($"`{above}{name}`", values ?? string.Join(", ", Values(key)), LeftOut(place, name), Description(key));
        if (values is not null) return;
        foreach (JsonObject nested in Alternatives(key, follow: false).Where(one => one["properties"] is not null && !IsChoice(one)))
            foreach (var (inner, inside) in nested["properties"]!.AsObject()) Rows(nested, inner, inside!, above: $"{above}{name}.");
    }

    private void ChoiceTable(JsonObject choices, JsonNode definition)
    {
        string[] bare = [.. Alternatives(definition).SelectMany(one => one["enum"]?.AsArray() ?? []).Select(one => (string)one!)];
        _text.Append("| kind | key | value | left out | meaning |\n|---|---|---|---|---|\n");
        foreach (var (name, body) in choices)
        {
            string kind = bare.Contains(name) ? $"`\"{name}\"`" : $"`{{ \"{name}\": … }}`";
            if (body!["properties"] is not JsonObject { Count: > 0 } keys)
            {
                Row(kind, "", body["properties"] is null ? string.Join(", ", Values(body)) : "", "", Description(body));
                continue;
            }

            foreach (var (key, value) in keys)
            {
                Row(kind, $"`{key}`", string.Join(", ", Values(value!)), LeftOut(body, key), Description(value!));
                kind = "";
            }
        }

        _text.Append('\n');
    }

    private void Row(params string[] cells) =>
        _text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    private void Heading(int level, string name, string title)
    {
        _told.Add(name);
        _text.Append('#', level).Append(' ').Append(title).Append("\n\n");
    }

    private static string Link(string section, string? text = null) => $"[{text ?? section}](#{section.Replace(' ', '-').ToLowerInvariant()})";

    /// <summary>What a key is when nobody gives it.</summary>
    private static string LeftOut(JsonNode place, string name)
    {
        if (place["required"]?.AsArray().Any(one => (string)one! == name) == true) return "**required**";
        JsonObject key = place["properties"]![name]!.AsObject();
        return !key.ContainsKey("default") ? "" : key["default"] is { } value ? Code(value) : "`null`";
    }

    private static string Description(JsonNode key) => (string?)key["description"] ?? "";

    private static string Code(JsonNode value) => $"`{value.ToJsonString(Plain)}`";

    /// <summary>What a key takes, in words.</summary>
    private IEnumerable<string> Values(JsonNode key)
    {
        if ((string?)key["$ref"] is { } reference && NameOf(reference) is var name && !IsWords(Definitions[name]!)) return [Link(name)];
        return Alternatives(key, follow: false).SelectMany(one =>
            (string?)one["$ref"] is { } inner ? IsWords(Resolve(one)) ? Values(Resolve(one)) : [Link(NameOf(inner))]
            : one["enum"] is JsonArray words ? words.Select(word => Code(word!))
            : one["const"] is { } word ? [Code(word)]
            : (string?)one["type"] switch
            {
                "boolean" => ["`true`", "`false`"],
                "null" => ["`null`"],
                "integer" => ["whole number" + Range(one)],
                "number" => ["number" + Range(one)],
                "string" => [(int?)one["maxLength"] == 1 ? "a character" : "text"],
                "array" => [$"list of {string.Join(" or ", Values(one["items"]!))}"],
                _ => one["additionalProperties"] is JsonObject each ? [$"object of names with {string.Join(", ", Values(each))}"] : ["object"],
            });
    }

    private static string Range(JsonNode number)
    {
        string? min = number["minimum"] is { } from ? $"≥ {from}" : number["exclusiveMinimum"] is { } above ? $"> {above}" : null;
        string? max = number["maximum"] is { } to ? $"≤ {to}" : number["exclusiveMaximum"] is { } below ? $"< {below}" : null;
        if (number["minimum"]?.ToJsonString() == "-2147483648") min = null;
        if (number["maximum"]?.ToJsonString() is "2147483647" or "9223372036854775807" or "18446744073709551615") max = null; // the computer's
        return string.Join(" and ", new[] { min, max }.Where(one => one is not null)) is { Length: > 0 } range ? " " + range : "";
    }

    /// <summary>All that may stand in a place.</summary>
    private IEnumerable<JsonObject> Alternatives(JsonNode place, bool follow = true)
    {
        JsonNode here = follow ? Resolve(place) : place;
        return here["anyOf"] is JsonArray any ? any.SelectMany(one => Alternatives(one!, follow)) : [here.AsObject()];
    }

    private IEnumerable<string> References(JsonNode place) => place switch
    {
        JsonObject one when (string?)one["$ref"] is { } reference => [NameOf(reference)],
        JsonObject one => one.Where(part => part.Value is not null && part.Key != "default").SelectMany(part => References(part.Value!)),
        JsonArray many => many.SelectMany(one => References(one!)),
        _ => [],
    };

    private JsonNode Resolve(JsonNode place) => (string?)place["$ref"] is { } reference ? Definitions[NameOf(reference)]! : place;

    private static string NameOf(string reference) => reference[(reference.LastIndexOf('/') + 1)..];

    private bool IsWords(JsonNode definition) => definition["enum"] is not null;

    private static bool IsChoice(JsonNode one) => (int?)one["maxProperties"] == 1;

    private JsonObject? Choices(JsonNode definition) => Alternatives(definition).FirstOrDefault(IsChoice)?["properties"]!.AsObject();
}

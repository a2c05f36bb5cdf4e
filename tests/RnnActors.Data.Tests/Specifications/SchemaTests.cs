using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Data.Tests.Specifications;

public class SchemaTests
{
    private static readonly JsonDocumentOptions Relaxed = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly JsonObject Schema = JsonNode.Parse(SpecificationSchema.Text)!.AsObject();
    private static readonly SchemaValidator Validator = new(Schema);

    private static readonly JsonNode?[] Canonical = [.. Examples.All.Select(text => JsonNode.Parse(RunSpecification.Parse(text, "a.json", "").ToJson()))];

    /// <summary>What a key might be given that it does not expect.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "0", "1", "2", "-1", "0.5", "1.5", "1e300", "\"\"", "\"x\"", "\"xy\"", "\"mse\"", "\"crossEntropy\"", "\"adam\"", "\"sgd\"",
        "\"cosine\"",
        "\"tanh\"", "\"targets\"", "\"vocabulary\"", "\"standard\"", "\"minMax\"", "\"linear\"", "\"pytorch\"", "[]", "[1]", "[\"OT\"]", "[\"dayOfWeek\"]",
        "{}",
        "{\"huber\":{\"delta\":2}}", "{\"uniform\":0.1}", "{\"sgd\":{\"momentum\":0.5}}", "{\"train\":0.5}", "{\"dropout\":0.5}", "{\"patience\":1}",
        "{\"gru\":1}",
    ];

    [Fact]
    public void The_shipped_schema_is_as_recorded() =>
        RecordedFile.AssertIs("src/RnnActors.Data/Specifications/specification.schema.json", SpecificationSchema.Text);

    [Fact]
    public void Examples_templates_and_canonical_json_are_valid()
    {
        string[] texts = [.. Examples.All, .. TaskKinds.All.Select(kind => kind.Template)];
        Assert.All(texts, text => Assert.True(Validator.IsValid(JsonNode.Parse(text, documentOptions: Relaxed))));
        Assert.All(Canonical, node => Assert.True(Validator.IsValid(node)));
    }

    [Fact]
    public void Schema_and_reader_agree_about_every_change_of_one_value()
    {
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 10_000], Gen.Int[0, 3], Gen.Int[0, Values.Length - 1].Select(i => Values[i])).Sample(
            (which, place, kind, value) =>
            {
                JsonNode changed = Canonical[which]!.DeepClone();
                Change(changed, place, kind, JsonNode.Parse(value));

                if (IsOpen(changed)) return;
                string? problem = Problem(changed.ToJsonString());
                if (Validator.IsValid(changed)) Assert.True(problem is null || IsLawBeyondSchema(problem), $"{changed}\n{problem}");
                else Assert.True(problem is not null, changed.ToString());
            },
            iter: 1500);
    }

    [Fact]
    public void Every_default_is_what_the_reader_takes_when_the_key_is_left_out()
    {
        const string forecast = """
            { "task": "forecast", "data": { "targets": ["a"], "split": { "train": 0.8, "validation": 0.2 } },
              "model": [ { "simpleRnn": 4 }, { "lstm": 4 }, { "gru": 4 }, { "minGru": 4 }, { "minLstm": 4 },
                { "dense": "targets" }, { "dropout": 0.1 }, { "activation": "tanh" } ],
              "training": { "loss": LOSS, "optimizer": OPTIMIZER, "schedule": SCHEDULE, "earlyStopping": {} } }
            """;
        const string text = """
            { "task": "language-model", "data": { "path": "a" }, "model": [ { "embedding": 4 }, { "dense": "vocabulary" } ],
              "training": { "loss": "crossEntropy", "optimizer": "adam" } }
            """;
        string[] losses = ["mse", "mae", "huber", "huber", "huber"];
        string[] optimizers = ["sgd", "rmsProp", "adam", "adamW", "adam"];
        string[] schedules = ["constant", "step", "exponential", "cosine", "reduceOnPlateau"];
        int checkedDefaults = 0;
        foreach (string written in Enumerable.Range(0, 5).Select(i => forecast
            .Replace("LOSS", $"\"{losses[i]}\"", StringComparison.Ordinal)
            .Replace("OPTIMIZER", $"\"{optimizers[i]}\"", StringComparison.Ordinal)
            .Replace("SCHEDULE", $"\"{schedules[i]}\"", StringComparison.Ordinal)).Append(text))
        {
            JsonNode canonical = JsonNode.Parse(RunSpecification.Parse(written, "a.json", "").ToJson())!;
            checkedDefaults += CompareDefaults(Schema, canonical, JsonNode.Parse(written)!);
        }

        Assert.True(checkedDefaults > 150, $"Only {checkedDefaults} defaults were compared.");
    }

    [Fact]
    public void Every_key_says_what_it_means()
    {
        int keys = 0;
        foreach (JsonObject properties in Descendants(Schema).OfType<JsonObject>()
            .Where(node => node.Parent is JsonObject && node.GetPropertyName() == "properties"))
        {
            foreach ((string name, JsonNode? key) in properties)
            {
                bool isChoice = properties.Parent!["maxProperties"] is not null;
                bool isCondition = properties.Parent!.Parent is JsonObject parent && parent["if"] == properties.Parent;
                if (isChoice || isCondition) continue;
                Assert.True(key!["description"]?.GetValue<string>().Length > 5, name);
                keys++;
            }
        }

        Assert.True(keys > 60);
    }

    /// <summary>Whether the data file decides about what is left out; there is none here.</summary>
    private static bool IsOpen(JsonNode changed) =>
        changed["model"] is null || changed["training"] is null
        || (changed["training"] is JsonObject training && (training["loss"] is null || training["optimizer"] is null));

    /// <summary>Compares the default of every key that is not written with the canonical JSON; returns how many there were.</summary>
    private static int CompareDefaults(JsonObject schema, JsonNode? canonical, JsonNode? written)
    {
        int count = 0;
        foreach (JsonObject applied in Applied(schema, canonical))
        {
            if (canonical is JsonArray items && applied["items"] is JsonObject item)
                for (int i = 0; i < items.Count; i++) count += CompareDefaults(item, items[i], written is JsonArray array && i < array.Count ? array[i] : null);
            if (canonical is not JsonObject members || applied["properties"] is not JsonObject properties) continue;
            foreach ((string name, JsonNode? key) in properties)
            {
                JsonNode? given = (written as JsonObject)?[name];
                if (given is null && key!.AsObject().TryGetPropertyValue("default", out JsonNode? value))
                {
                    Assert.True(JsonNode.DeepEquals(value, members[name]), $"{name}: the schema says {value}, the reader takes {members[name]}");
                    count++;
                }
                else if (members[name] is not null)
                {
                    count += CompareDefaults(key!.AsObject(), members[name], given);
                }
            }
        }

        return count;
    }

    /// <summary>The schema itself and the alternatives and references in it that hold for a value.</summary>
    private static IEnumerable<JsonObject> Applied(JsonObject schema, JsonNode? value)
    {
        yield return schema;
        var further = new List<JsonObject>();
        if (schema["$ref"] is { } reference) further.Add(Schema["$defs"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject());
        if (schema["anyOf"] is JsonArray any) further.AddRange(any.Select(node => node!.AsObject()).Where(node => Valid(node, value)));
        if (schema["allOf"] is JsonArray all)
            further.AddRange(all.Where(node => Valid(node!["if"]!.AsObject(), value)).Select(node => node!["then"]!.AsObject()));
        foreach (JsonObject inner in further.SelectMany(node => Applied(node, value))) yield return inner;
    }

    private static bool Valid(JsonObject schema, JsonNode? value)
    {
        JsonObject whole = schema.DeepClone().AsObject();
        whole["$defs"] = Schema["$defs"]!.DeepClone();
        return new SchemaValidator(whole).IsValid(value);
    }

    /// <summary>Replaces a value, removes it, renames its key, or gives its object one more key.</summary>
    private static void Change(JsonNode root, int place, int kind, JsonNode? value)
    {
        JsonNode[] nodes = [.. Descendants(root).Skip(1)];
        JsonNode node = nodes[place % nodes.Length];
        switch (node.Parent)
        {
            case JsonArray array when kind == 0:
                array.RemoveAt(node.GetElementIndex());
                break;
            case JsonArray array:
                array[node.GetElementIndex()] = value;
                break;
            case JsonObject members:
                string name = node.GetPropertyName();
                if (kind is 0 or 1) members.Remove(name);
                if (kind == 1) members[name + "x"] = node;
                if (kind == 2) members[name] = value;
                if (kind == 3) members["layers"] = value;
                break;
        }
    }

    private static IEnumerable<JsonNode> Descendants(JsonNode node) => (node switch
    {
        JsonObject members => members.Select(member => member.Value),
        JsonArray items => items,
        _ => [],
    }).OfType<JsonNode>().SelectMany(Descendants).Prepend(node);

    private static string? Problem(string json)
    {
        try
        {
            RunSpecification.Parse(json, "a.json", "");
            return null;
        }
        catch (InvalidInputException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>Laws between several keys, which a schema cannot say.</summary>
    private static bool IsLawBeyondSchema(string problem) =>
        new[]
        {
            "does not fit", "the model gives", "follows the validation loss", "add up to", "nothing to train on", "is smaller than its", "there is no season",
            "nesterov needs", "is bidirectional",
        }.Any(law => problem.Contains(law, StringComparison.Ordinal));
}

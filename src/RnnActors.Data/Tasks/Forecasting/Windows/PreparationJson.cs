using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Reads and writes a <see cref="Preparation"/> without reflection, for programs that are compiled ahead of time.</summary>
[JsonSerializable(typeof(Preparation))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class PreparationJson : JsonSerializerContext
{
    private const string Spec = "spec", Version = "version";

    /// <summary>Keys of <see cref="Spec"/> that are omitted if they are empty.</summary>
    private static readonly string[] Optional = ["validation", "test", "transforms", "embedded", "fillDown"];

    private static readonly PreparationJson Camel = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters =
        {
            new JsonStringEnumConverter<MissingRule>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<Scaling>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<ValueTransform>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<BackTransform>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<TargetBase>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<WindowNormalization>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<SeriesLayout>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<GapRule>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<CalendarFeature>(JsonNamingPolicy.CamelCase),
        },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });

    /// <summary>Created only if a key is missing: most checkpoints have all keys.</summary>
    private static readonly Lazy<JsonObject> Defaults = new(() => JsonSerializer.SerializeToNode(
        new Preparation { Spec = new ForecastDataSpec { Targets = [] }, Inputs = [], Targets = [] }, Camel.Preparation)!.AsObject());

    public static JsonTypeInfo<Preparation> Type => Camel.Preparation;

    /// <summary>Reads what <see cref="Type"/> wrote. Source-generated readers ignore initial values, so missing keys get theirs here.</summary>
    /// <exception cref="JsonException">The text is not such JSON.</exception>
    public static Preparation? Read(string json)
    {
        RefuseDuplicates(json);
        JsonNode? node = JsonNode.Parse(json);
        if (node is JsonObject all)
        {
            if (!all.ContainsKey(Version)) all[Version] = Defaults.Value[Version]!.DeepClone();
            if (all[Spec] is JsonObject spec && !Camel.ForecastDataSpec.Properties.All(key => spec.ContainsKey(key.Name) || Optional.Contains(key.Name)))
            {
                foreach ((string key, JsonNode? value) in Defaults.Value[Spec]!.AsObject())
                    if (key != "targets" && !spec.ContainsKey(key)) spec[key] = value?.DeepClone();
            }
        }

        return node.Deserialize(Camel.Preparation);
    }

    /// <summary>
    /// Throws for duplicate keys. The library's own check (<c>AllowDuplicateProperties</c>) hashes names with a seed from OpenSSL, which may be missing on the
    /// machine of a small program.
    /// </summary>
    private static void RefuseDuplicates(string json)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        Stack<HashSet<string>> objects = [];
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject) objects.Push([]);
            else if (reader.TokenType == JsonTokenType.EndObject) objects.Pop();
            else if (reader.TokenType == JsonTokenType.PropertyName && !objects.Peek().Add(NameOf(ref reader)))
                throw new JsonException("a key is there twice");
        }
    }

    private static string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException problem) // half of a surrogate pair
        {
            throw new JsonException("a key is no text", problem);
        }
    }
}

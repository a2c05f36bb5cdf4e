using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RnnActors.Core.Checkpoints;

namespace RnnActors.Runs.Stories;

/// <summary>Stores a story as JSON in a file beside the checkpoints, so that reports can be remade and a resumed run has its whole story.</summary>
public static class StoryFile
{
    /// <summary>The largest file that is read: far more than a story with a megabyte of pictures.</summary>
    private const long MaxBytes = 64L << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new NullForNonFinite(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string ToJson(RunStory story) => JsonSerializer.Serialize(story, Options);

    /// <exception cref="JsonException">It is not a story.</exception>
    public static RunStory Parse(string json) => JsonSerializer.Deserialize<RunStory>(json, Options) ?? throw new JsonException("The story is empty.");

    /// <summary>Reads a story; null where there is none or it cannot be read, since it only feeds reports.</summary>
    public static RunStory? Read(string path)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length <= MaxBytes ? Parse(File.ReadAllText(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a story atomically.</summary>
    /// <returns>Why it could not be written; null where it was.</returns>
    public static string? Write(string path, RunStory story)
    {
        try
        {
            DurableFile.Write(path, stream => JsonSerializer.Serialize(stream, story, Options));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>JSON cannot represent NaN: it is written as null.</summary>
    private sealed class NullForNonFinite : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }
    }
}

using System.Text.Json;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>What a run's folder knows of it at MLflow: which run it is there, and values that the server has not taken yet.</summary>
internal sealed record MlflowFile(string Server, string Experiment)
{
    public const string Name = "mlflow.json";

    private const string Temporary = ".tmp";
    private const long MaxBytes = 64L << 20;

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Null where the server has not been reached yet.</summary>
    public string? RunId { get; init; }

    /// <summary>Whether the server has its parameters, which it takes once.</summary>
    public bool HasParameters { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<MlflowMetric> Waiting { get; init; } = [];

    /// <returns>Null where there is none, or none that can be read, or it is of another server.</returns>
    public static MlflowFile? Read(string path, string server, string experiment)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes) return null;
            MlflowFile? read = JsonSerializer.Deserialize<MlflowFile>(File.ReadAllText(path), Options);
            return read is { Waiting: not null } && read.Server == server && read.Experiment == experiment
                ? read with { Waiting = [.. read.Waiting.Where(metric => metric.Key is not null)] }
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <returns>Why it could not be written; null where it was.</returns>
    public string? Write(string path)
    {
        try
        {
            File.WriteAllText(path + Temporary, JsonSerializer.Serialize(this, Options));
            File.Move(path + Temporary, path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
    }
}

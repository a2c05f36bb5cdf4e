using System.Text.Json;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>What a run's folder stores about its MLflow run: the run's id, and values that the server has not received yet.</summary>
internal sealed record MlflowFile(string Server, string Experiment)
{
    public const string Name = "mlflow.json";

    private const string Temporary = ".tmp";
    private const long MaxBytes = 64L << 20;

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Null until the server has been reached.</summary>
    public string? RunId { get; init; }

    /// <summary>Whether the server has the run's parameters, which can be sent only once.</summary>
    public bool HasParameters { get; init; }

    /// <summary>Values still to be sent, oldest first.</summary>
    public IReadOnlyList<MlflowMetric> Waiting { get; init; } = [];

    /// <returns>Null where there is no such file, it cannot be read, or it belongs to another server.</returns>
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

using System.Text.Json;
using System.Text.Json.Serialization;
using RnnActors.Core.Training;
using RnnActors.Training.Events;

namespace RnnActors.Training.Protocol;

/// <summary>The wire format of a run's events for its followers: JSON, from a closed list of kinds.</summary>
public static class EventFormat
{
    /// <summary>The kind of a batch of steps.</summary>
    public const string StepsKind = "steps";

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly Dictionary<string, Type> Types = new[]
    {
        typeof(EpochDone), typeof(CheckpointSaved), typeof(CheckpointNotSaved), typeof(WorkerRestarted), typeof(WorkersJoined), typeof(WorkersLeft),
        typeof(WorkersLost),
        typeof(WorkersUnable), typeof(NodeShutOut), typeof(StepNotAudited), typeof(ShardsMoved), typeof(TrainingPaused), typeof(TrainingContinued),
        typeof(ClusterNews),
        typeof(ParametersHashed), typeof(RunPaused), typeof(RunResumed),
    }.ToDictionary(type => type.Name);

    /// <summary>Steps in order.</summary>
    public static RunEvent Encode(string runId, IReadOnlyList<StepDone> steps) => new(runId, StepsKind, JsonSerializer.Serialize(steps, Json));

    /// <summary>Encodes any event but a step.</summary>
    public static RunEvent Encode(string runId, TrainingEvent happened) =>
        new(runId, happened.GetType().Name, JsonSerializer.Serialize(happened, Types[happened.GetType().Name], Json));

    /// <summary>Decodes events; empty where the kind is unknown or the text does not fit it.</summary>
    public static IReadOnlyList<TrainingEvent> Decode(RunEvent told)
    {
        try
        {
            if (told.Kind == StepsKind)
                return JsonSerializer.Deserialize<StepDone?[]>(told.Event, Json) is { } steps && Array.TrueForAll(steps, step => step is not null)
                    ? [.. steps!]
                    : [];
            return Types.TryGetValue(told.Kind, out var type) && JsonSerializer.Deserialize(told.Event, type, Json) is TrainingEvent happened ? [happened] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}

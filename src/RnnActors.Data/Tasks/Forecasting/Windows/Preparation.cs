using System.Text.Json;
using System.Text.Json.Serialization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A column, and what was fitted to it on the training rows.</summary>
/// <param name="Mean">Of the values as they are in the file.</param>
/// <param name="Deviation">Likewise.</param>
/// <param name="Scale">Of the transformed values; for a target that is told relative to something, of the differences.</param>
public sealed record PreparedColumn(string Name, double Mean, double Deviation, LinearScale Scale);

/// <summary>All that is needed to give a trained network another file of the same kind.</summary>
public sealed record Preparation
{
    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public int Version { get; init; } = CurrentVersion;

    public required ForecastDataSpec Spec { get; init; }

    /// <summary>The columns that the network reads, without those of the calendar.</summary>
    public required IReadOnlyList<PreparedColumn> Inputs { get; init; }

    public required IReadOnlyList<PreparedColumn> Targets { get; init; }

    /// <summary>
    /// The variance of each output's noise, (targets · horizon), after the transform and before the scale; null where forecasts are medians.
    /// </summary>
    public IReadOnlyList<double>? NoiseVariances { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="InvalidInputException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static Preparation FromJson(string json)
    {
        try
        {
            Preparation? read = JsonSerializer.Deserialize<Preparation>(json, Json);
            if (read is { Version: CurrentVersion } && read.Inputs.Count > 0 && read.Targets.Count > 0) return read;
            throw new InvalidInputException(
                $"The checkpoint's data preparation has version {read?.Version} and {CurrentVersion} is known, or it is incomplete");
        }
        catch (JsonException problem)
        {
            throw new InvalidInputException("The checkpoint's data preparation cannot be read", "Use a checkpoint of a forecast", cause: problem);
        }
    }
}

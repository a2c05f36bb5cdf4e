using RnnActors.Core.Explanations;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Explanations;

/// <summary>What to explain, and how.</summary>
public sealed record ExplanationOptions
{
    /// <summary>The row to explain, from 1, of the part that the run is measured on; null for the row with the highest loss.</summary>
    public int? Row { get; init; }

    /// <summary>A text to explain instead of a row.</summary>
    public string? Text { get; init; }

    public AttributionMethod Method { get; init; } = AttributionMethod.IntegratedGradients;

    public ExplanationChoice Choice { get; init; } = new();

    /// <summary>The most rows to examine for certain and uncertain ones and for what units respond to; they are evenly spaced.</summary>
    public int MaxRows { get; init; } = 500;
}

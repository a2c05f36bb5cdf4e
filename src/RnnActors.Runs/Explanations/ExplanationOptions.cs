using RnnActors.Core.Explanations;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Explanations;

/// <summary>What is to be explained, and how.</summary>
public sealed record ExplanationOptions
{
    /// <summary>The row of the part that the run is measured on, from 1; null for the one with the highest loss.</summary>
    public int? Row { get; init; }

    /// <summary>A text in place of a row.</summary>
    public string? Text { get; init; }

    public AttributionMethod Method { get; init; } = AttributionMethod.IntegratedGradients;

    public ExplanationChoice Choice { get; init; } = new();

    /// <summary>Rows that are looked at for certain and uncertain ones, and for what units respond to, at most: evenly spread ones.</summary>
    public int MaxRows { get; init; } = 500;
}

using RnnActors.Core.Explanations;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Explanations;

/// <summary>A row with the network's prediction for it.</summary>
/// <param name="Row">The row's number, from 1.</param>
/// <param name="Shown">The row's content in one line.</param>
/// <param name="Loss">The run's loss for this row alone; NaN where its targets are not known.</param>
public sealed record RankedRow(int Row, string Shown, string Prediction, string? Truth, double Certainty, double Loss);

/// <summary>An input and what each of its values contributes to the explained number.</summary>
/// <param name="Values">(steps, features), in <see cref="Explanation.Unit"/>.</param>
public sealed record AttributedInput(ExplainedInput Names, double[] Values)
{
    public int Steps => Names.Steps.Count;

    public int Features => Names.Features.Count;

    public double At(int step, int feature) => Values[(step * Features) + feature];

    public double OfStep(int step) => Values.AsSpan(step * Features, Features).ToArray().Sum();

    public double OfFeature(int feature) => Enumerable.Range(0, Steps).Sum(step => At(step, feature));
}

/// <summary>How the gradient of the explained number vanishes or explodes on its way back in time.</summary>
/// <param name="Layer">The recurrent layer, in one direction.</param>
/// <param name="Kind">The layer's kind: <c>lstm</c>.</param>
/// <param name="Norms">The L2 norm of the gradient with respect to the layer's state, by the distance in steps, from 0.</param>
public sealed record GradientFlow(string Layer, string Kind, double[] Norms)
{
    /// <summary>
    /// The factor by which the gradient changes per step (geometric mean); null where there is no gradient, or it is zero beyond the first step.
    /// </summary>
    public double? FactorEachStep
    {
        get
        {
            int last = Array.FindLastIndex(Norms, norm => norm > 0);
            return last > 0 && Norms[0] > 0 ? Math.Pow(Norms[last] / Norms[0], 1.0 / last) : null;
        }
    }

    /// <summary>The first distance from which on the gradient stays below a hundredth of its largest norm; null where it never does.</summary>
    public int? VanishedAt
    {
        get
        {
            int last = Array.FindLastIndex(Norms, norm => norm >= 0.01 * Norms.Max());
            return last + 1 < Norms.Length ? last + 1 : null;
        }
    }
}

/// <summary>What one unit responds to.</summary>
/// <param name="Places">Where its output is highest: the row, from 1, the position in it, the value.</param>
/// <param name="Correlations">The inputs that correlate most with its output at the same step.</param>
public sealed record ExplainedUnit(
    int Unit, double Mean, double Deviation, double Lowest, double Highest, IReadOnlyList<UnitPlace> Places, IReadOnlyList<UnitCorrelation> Correlations);

/// <inheritdoc cref="ExplainedUnit"/>
public sealed record UnitPlace(int Row, string Place, double Value);

/// <inheritdoc cref="ExplainedUnit"/>
public sealed record UnitCorrelation(string Input, double Correlation);

/// <summary>The units of one recurrent layer, in one direction.</summary>
public sealed record ExplainedLayer(string Layer, IReadOnlyList<ExplainedUnit> Units);

/// <summary>Why a network gave the answer that it gave, as plain data.</summary>
public sealed record Explanation
{
    public required string Run { get; init; }

    /// <summary>The part that the row belongs to: <c>test</c>; or <c>given</c> for a text.</summary>
    public required string Part { get; init; }

    /// <summary>The row's number, from 1; null for a text.</summary>
    public int? Row { get; init; }

    public required string Description { get; init; }

    public required string Prediction { get; init; }

    public string? Truth { get; init; }

    /// <summary>The explained number, in words.</summary>
    public required string Explained { get; init; }

    /// <summary>The unit of contributions and outputs.</summary>
    public required string Unit { get; init; }

    public required AttributionMethod Method { get; init; }

    /// <summary>The explained number as the network computes it, without what the task adds to it afterwards.</summary>
    public double Output { get; init; }

    /// <summary>The same number at the baseline: training means for values, zero vectors for tokens.</summary>
    public double Baseline { get; init; }

    public double Sum => Inputs.Sum(input => input.Values.Sum());

    public int Passes { get; init; }

    public required IReadOnlyList<AttributedInput> Inputs { get; init; }

    /// <summary>What the recurrent layers did, each in one direction.</summary>
    public required IReadOnlyList<CellActivity> Cells { get; init; }

    public required IReadOnlyList<GradientFlow> Gradients { get; init; }

    /// <summary>What units respond to, over the rows that were examined; empty where there is no data.</summary>
    public IReadOnlyList<ExplainedLayer> Layers { get; init; } = [];

    public string CertaintyName { get; init; } = "";

    public IReadOnlyList<RankedRow> MostCertain { get; init; } = [];

    public IReadOnlyList<RankedRow> LeastCertain { get; init; } = [];

    /// <summary>Notes for the reader, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

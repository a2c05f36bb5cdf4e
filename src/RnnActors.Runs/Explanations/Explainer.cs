using System.Globalization;
using RnnActors.Core.Explanations;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;

namespace RnnActors.Runs.Explanations;

/// <summary>Makes an <see cref="Explanation"/>.</summary>
internal static class Explainer
{
    private const int Ranked = 5, Places = 5, Correlated = 3;

    /// <param name="rows">The rows that can be explained: the part that the run is measured on, or a text.</param>
    /// <param name="others">The part on which units are examined; null where there is no data.</param>
    /// <param name="tell">Called with progress messages for users who wait.</param>
    /// <exception cref="InvalidInputException">There is no such row, or it cannot be explained in this way.</exception>
    public static Explanation Explain(
        string run, TrainedNetwork network, ExplainedRows rows, ExplainedRows? others, ExplanationOptions options, Action<string>? tell = null,
        CancellationToken cancellation = default)
    {
        RefuseMissing(rows, options);
        int[] looked = others is null ? [] : RowRanking.Spread(others.Data.Rows, options.MaxRows);
        if (looked.Length > 0) tell?.Invoke($"looking at {Figures.Plural(looked.Length, "row")}");
        IReadOnlyList<RankedRow> ranked = looked.Length > 0 ? RowRanking.Of(network, others!, looked, cancellation) : [];
        int row = options.Row - 1 ?? (rows == others ? ranked.Where(one => double.IsFinite(one.Loss)).MaxBy(one => one.Loss)?.Row - 1 ?? 0 : 0);
        ExplainedExample example = rows.Open(network, row, options.Choice);
        IReadOnlyList<ExampleInput> inputs = ExampleInput.Read(example.Data, example.Row);
        tell?.Invoke($"explaining {example.Explained}");
        Attribution attribution =
            Attributions.Compute(network.Model, network.Parameters, inputs, example.Scalar, options.Method, example.Data.IsRagged, cancellation);
        IReadOnlyList<CellActivity> cells = CellActivities.Compute(network.Model, network.Parameters, inputs, example.Scalar, example.Data.IsRagged);
        if (looked.Length > 0 && cells.Count > 0) tell?.Invoke("looking for what units respond to");
        IReadOnlyList<LayerResponses> responses =
            looked.Length > 0 && cells.Count > 0 ? LayerResponses.Compute(network.Model, network.Parameters, others!.Data, looked, Places, cancellation) : [];
        bool isHigherSurer = others?.IsHigherSurer ?? true;
        RankedRow[] bySurety = [.. ranked.Where(one => double.IsFinite(one.Certainty)).OrderByDescending(one => isHigherSurer ? one.Certainty : -one.Certainty)
            .ThenBy(one => one.Row)];
        return new Explanation
        {
            Run = run,
            Part = rows.Part,
            Row = options.Text is null ? row + 1 : null,
            Description = example.Description,
            Prediction = example.Verdict.Prediction is "" ? "nothing" : example.Verdict.Prediction,
            Truth = example.Verdict.Truth,
            Explained = example.Explained,
            Unit = example.Unit,
            Method = options.Method,
            Output = attribution.Output * example.Scale,
            Baseline = attribution.Baseline * example.Scale,
            Passes = attribution.Passes,
            Inputs = [.. attribution.Inputs.Select(input =>
            new AttributedInput(example.Inputs[input.Input], [.. input.Values.Select(value => value * example.Scale)]))],
            Cells = cells,
            Gradients = [.. cells.Select(cell => new GradientFlow(cell.Name, cell.Kind, cell.GradientByDistance(StepOf(network, example, cell))))],
            Layers = [.. responses.Select(layer => Layer(others!, layer))],
            CertaintyName = others?.CertaintyName ?? "",
            MostCertain = [.. bySurety.Take(Ranked)],
            LeastCertain = [.. bySurety.Reverse().Take(Ranked)],
            Notes = [.. example.Notes, .. NotesOn(attribution, options, others, looked.Length)],
        };
    }

    private static void RefuseMissing(ExplainedRows rows, ExplanationOptions options)
    {
        if (options.Row is not { } row || (row >= 1 && row <= rows.Data.Rows)) return;
        throw new InvalidInputException($"--row is {row}, but the {rows.Part} part has {Figures.Plural(rows.Data.Rows, "row")}",
            $"Give a number from 1 to {rows.Data.Rows}");
    }

    /// <summary>The step of a layer at which the explained output is computed. Null where the layer has other steps than the output, or the explanation covers
    /// all outputs.</summary>
    private static int? StepOf(TrainedNetwork network, ExplainedExample example, CellActivity cell) =>
        example.Step is { } step && network.Model.Output.IsSequence && network.Model.Output.Axis.Input == cell.Axis
            ? step * network.Model.Output.Axis.StepsEach / cell.StepsEach
            : null;

    private static ExplainedLayer Layer(ExplainedRows rows, LayerResponses layer)
    {
        string[] Names() => [.. rows.InputsOf(0)[layer.Axis].Features];
        string[] features = layer.Units.Any(unit => unit.Correlations.Count > 0) ? Names() : [];
        return new ExplainedLayer(layer.Name, [.. layer.Units.Select(unit => new ExplainedUnit(
            unit.Unit + 1, unit.Mean, unit.Deviation, unit.Lowest, unit.Highest,
            [.. unit.Peaks.Select(peak => new UnitPlace(peak.Row + 1, Where(rows, layer, peak), peak.Value))],
            [.. unit.Correlations.Select((value, i) => new UnitCorrelation(features[i], value)).OrderByDescending(one => Math.Abs(one.Correlation))
                .Take(Correlated)]))]);
    }

    private static string Where(ExplainedRows rows, LayerResponses layer, UnitPeak peak) =>
        rows.ShowPlace(peak.Row, layer.Axis, peak.Step * layer.StepsEach, layer.StepsEach - 1);

    private static IEnumerable<string> NotesOn(Attribution attribution, ExplanationOptions options, ExplainedRows? others, int looked)
    {
        if (options.Method == AttributionMethod.IntegratedGradients && !attribution.IsComplete)
            yield return string.Create(CultureInfo.InvariantCulture, $"The attributions sum to {attribution.Sum:G4} and not to the difference of outputs, "
                + $"{attribution.Output - attribution.Baseline:G4}, also with {attribution.Passes} points.");
        if (options.Method == AttributionMethod.Occlusion && attribution.Patch is { Steps: > 1 } or { Features: > 1 })
            yield return $"Occluded together were {Figures.Plural(attribution.Patch.Steps, "step")} of "
                + $"{Figures.Plural(attribution.Patch.Features, "feature")}, since single values would be too many; they share what the output fell by.";
        if (others is not null && looked < others.Data.Rows)
            yield return $"For certain and uncertain rows, and for what units respond to, {Figures.Count(looked)} of {Figures.Count(others.Data.Rows)} "
                + $"{others.Part} rows were looked at, evenly spread.";
        if (others is null) yield return "The run's data cannot be read as they were, so that nothing is said of other rows.";
    }
}

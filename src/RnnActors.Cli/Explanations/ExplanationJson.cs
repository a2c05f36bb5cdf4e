using System.Text.Json.Nodes;
using RnnActors.Cli.Display;
using RnnActors.Runs.Explanations;

namespace RnnActors.Cli.Explanations;

/// <summary>An explanation as one JSON object.</summary>
internal static class ExplanationJson
{
    public static IEnumerable<(string Key, object? Value)> Of(Explanation explanation, string parameters, string? page) =>
    [
        ("run", explanation.Run), ("parameters", parameters), ("part", explanation.Part), ("row", explanation.Row), ("description", explanation.Description),
        ("prediction", explanation.Prediction), ("truth", explanation.Truth), ("explained", explanation.Explained), ("unit", explanation.Unit),
        ("method", explanation.Method switch
        {
            Core.Explanations.AttributionMethod.InputGradient => "input-gradient",
            Core.Explanations.AttributionMethod.IntegratedGradients => "integrated-gradients",
            _ => "occlusion",
        }),
        ("output", explanation.Output), ("baseline", explanation.Baseline), ("sum", explanation.Sum), ("passes", explanation.Passes),
        ("inputs", explanation.Inputs.Select(input => new JsonObject
        {
            ["name"] = input.Names.Name,
            ["steps"] = JsonLineWriter.Node(input.Names.Steps),
            ["features"] = JsonLineWriter.Node(input.Names.IsText ? [] : input.Names.Features),
            ["attributions"] = JsonLineWriter.Node(Enumerable.Range(0, input.Steps)
                .Select(t => Enumerable.Range(0, input.Features).Select(f => input.At(t, f)))),
        })),
        ("layers", explanation.Cells.Select(cell => new JsonObject
        {
            ["name"] = cell.Name,
            ["kind"] = cell.Kind,
            ["traces"] = new JsonObject(cell.Traces.Select(trace => KeyValuePair.Create(
                trace.Name, JsonLineWriter.Node(Enumerable.Range(0, cell.Steps)
                .Select(t => Enumerable.Range(0, trace.Units).Select(unit => trace.At(t, unit))))))),
        })),
        ("gradients", explanation.Gradients.Select(flow => new JsonObject
        {
            ["layer"] = flow.Layer,
            ["norms"] = JsonLineWriter.Node(flow.Norms),
            ["factor_each_step"] = JsonLineWriter.Node(flow.FactorEachStep),
            ["vanished_at"] = flow.VanishedAt,
        })),
        ("units", explanation.Layers.Select(layer => new JsonObject
        {
            ["layer"] = layer.Layer,
            ["units"] = new JsonArray([.. layer.Units.Select(unit => new JsonObject
            {
                ["unit"] = unit.Unit,
                ["mean"] = JsonLineWriter.Node(unit.Mean),
                ["deviation"] = JsonLineWriter.Node(unit.Deviation),
                ["lowest"] = JsonLineWriter.Node(unit.Lowest),
                ["highest"] = JsonLineWriter.Node(unit.Highest),
                ["places"] = new JsonArray([.. unit.Places.Select(place => new JsonObject
                {
                    ["row"] = place.Row,
                    ["place"] = place.Place,
                    ["value"] = JsonLineWriter.Node(place.Value),
                })]),
                ["correlations"] = new JsonObject(unit.Correlations.DistinctBy(one => one.Input)
                    .Select(one => KeyValuePair.Create(one.Input, JsonLineWriter.Node(one.Correlation)))),
            })]),
        })),
        ("certainty", explanation.CertaintyName), ("most_certain", explanation.MostCertain.Select(Row)),
        ("least_certain", explanation.LeastCertain.Select(Row)),
        ("notes", explanation.Notes), ("page", page),
    ];

    private static JsonObject Row(RankedRow row) => new()
    {
        ["row"] = row.Row,
        ["shown"] = row.Shown,
        ["prediction"] = row.Prediction,
        ["truth"] = row.Truth,
        ["certainty"] = JsonLineWriter.Node(row.Certainty),
        ["loss"] = JsonLineWriter.Node(row.Loss),
    };
}

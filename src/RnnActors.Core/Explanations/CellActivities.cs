using RnnActors.Core.Layers;
using RnnActors.Core.Models;

namespace RnnActors.Core.Explanations;

/// <summary>What the recurrent layers of a network do while they read an example.</summary>
public static class CellActivities
{
    /// <inheritdoc cref="Attributions.Compute"/>
    public static IReadOnlyList<CellActivity> Compute(Model model, ReadOnlyMemory<float> parameters, IReadOnlyList<ExampleInput> example, OutputScalar scalar,
        bool isRagged)
    {
        var replica = new ExplainedReplica(model, parameters, example, isRagged);
        float[][] outputs = replica.Forward(1);
        CellTrace[][] traces = [.. CellsOf(replica.Replica).Select(cell => TracesOf(cell.Cell))];
        replica.Backward(outputs, scalar, (_, _, _) => { });
        return
        [
            .. CellsOf(replica.Replica).Zip(traces, (named, own) => new CellActivity(
                named.Name, named.Kind, named.Cell.Where.Input.Shape.Axis.Input, named.Cell.Where.Input.Shape.Axis.StepsEach, named.Cell.Where.Reverse, own,
                NormsOf(named.Cell))),
        ];
    }

    /// <summary>The recurrent layers of a replica by the names that people know them by.</summary>
    internal static IReadOnlyList<(string Name, string Kind, RecurrentLayer Cell)> CellsOf(Replica replica)
    {
        List<(string, string, RecurrentLayer)> cells = [];
        var layers = replica.Layers;
        for (int i = 0; i < layers.Length; i++)
        {
            string name = replica.Model.NameOf(i), kind = replica.Model.Spec.Layers[i].Kind;
            int directions = replica.Model.Spec.Layers[i] is Recurrent { Directions: var own } ? own : 1, stacked = layers[i].Cells.Count / directions;
            for (int number = 0; number < layers[i].Cells.Count; number++)
            {
                string layer = stacked > 1 ? $" layer {(number / directions) + 1}" : "", direction = number % directions == 1 ? ", reverse" : "";
                cells.Add((name + layer + direction, kind, layers[i].Cells[number]));
            }
        }

        return cells;
    }

    private static CellTrace[] TracesOf(RecurrentLayer cell)
    {
        var layout = cell.Where.Layout;
        var output = cell.Where.Output;
        int steps = layout.LengthOf(0), units = cell.GateUnits;
        float[] Over(int width, Func<int, float[]> at) => [.. Enumerable.Range(0, steps).SelectMany(t => at(layout.PositionOf(t, 0))).Take(steps * width)];
        return
        [
            new CellTrace("output", cell.Width,
                Over(cell.Width, position => output.Values.Slice((position * output.Features) + cell.Where.OutputColumn, cell.Width).ToArray())),
            .. cell.CellWidth > 0
                ? [new CellTrace("cell", cell.CellWidth, Over(cell.CellWidth, position => cell.CellAtPosition(position).ToArray()))]
                : (CellTrace[])[],
            .. cell.GateNames.Select((name, gate) =>
                new CellTrace(name == CellTrace.Candidate ? name : $"{name} gate", units, Over(units, position => cell.GateAt(position, gate).ToArray()))),
        ];
    }

    private static double[] NormsOf(RecurrentLayer cell)
    {
        var layout = cell.Where.Layout;
        return [.. Enumerable.Range(0, layout.LengthOf(0)).Select(t =>
        {
            double sum = 0;
            foreach (float value in cell.StateGradientAt(layout.PositionOf(t, 0))) sum += (double)value * value;
            return Math.Sqrt(sum);
        })];
    }
}

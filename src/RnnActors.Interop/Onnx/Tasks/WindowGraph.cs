using System.Globalization;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Interop.Onnx.Files;
using RnnActors.Interop.Onnx.Graphs;
using RnnActors.Interop.Onnx.Layers;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Tasks;

/// <summary>
/// A forecast from raw values. Inputs are <c>values</c> (batch, rows, columns) and, where the model needs them, <c>times</c> (batch, rows) in seconds since
/// 1970, <c>known</c> (batch, horizon, columns), <c>series</c> (batch), and tokens for each embedded column: (batch, window), or (batch, window + horizon)
/// where it is known ahead. The output is the forecast (batch, horizon, targets) in the targets' own units. Values are computed in double, as in this library,
/// the network in float. Rows beyond the horizon are forecast from forecasts.
/// </summary>
internal sealed class WindowGraph
{
    private readonly ExportedModel _exported;
    private readonly WindowExport _task;
    private readonly OnnxGraph _graph = new("forecast");
    private readonly WindowInputs _inputs;

    private WindowGraph(ExportedModel exported, WindowExport task) =>
        (_exported, _task, _inputs) = (exported, task, new WindowInputs(_graph, task));

    /// <param name="rows">Number of rows to forecast.</param>
    /// <exception cref="InvalidInputException">There are more rows than the horizon has, and the network reads columns that it does not forecast.</exception>
    public static OnnxFile Write(ExportedModel exported, WindowExport task, int rows)
    {
        var writer = new WindowGraph(exported, task);
        writer.Write(rows);
        return new OnnxFile("", writer._graph, ExportedMetadata.Of(
            exported,
            [
                ("columns", task.Columns), ("known_columns", [.. task.Known.Select(column => task.Columns[column])]),
                ("targets", [.. task.Targets.Select(target => target.Name)]), ("series", task.Series),
                ("quantile_levels", [.. Levels(exported.Loss).Select(level => level.ToString("R", CultureInfo.InvariantCulture))]),
                .. task.Embedded.Select(column => ($"{column.Name}_vocabulary", column.Entries)),
            ]));
    }

    private static double[] Levels(Objective loss) => loss is QuantileLoss quantile ? [.. quantile.Levels.ToList().Order()] : [];

    private void Write(int rows)
    {
        int blocks = (rows + _task.Horizon - 1) / _task.Horizon, targets = _task.Targets.Count;
        if (rows < 1) throw new InvalidInputException("a forecast has at least one row", "Give --rows 1 or more");
        if (blocks > 1) RefuseUnknownColumns();
        int timeRows = _task.Rows + ((blocks - 1) * _task.Horizon);
        _graph.Input("values", DataType.Double, "batch", $"{_task.Rows}", $"{_task.Columns.Count}");
        if (_task.Known.Count > 0) _graph.Input("known", DataType.Double, "batch", $"{_task.Horizon}", $"{_task.Known.Count}");
        if (_task.Calendar.Count > 0) _graph.Input("times", DataType.Int64, "batch", $"{timeRows}");
        if (_task.Series.Count > 0) _graph.Input("series", DataType.Int64, "batch");
        foreach (EmbeddedInput column in _task.Embedded)
        {
            int known = column.Ahead is [var ahead, ..] ? ahead : 0;
            _graph.Input(TokensOf(column), DataType.Int64, "batch", $"{_task.Window + ((blocks - 1) * _task.Horizon) + known}");
        }

        string values = "values";
        List<string> forecasts = [];
        for (int block = 0; block < blocks; block++)
        {
            string times = _task.Calendar.Count == 0 ? "" : _graph.Slice("times", 1, block * _task.Horizon, (block * _task.Horizon) + _task.Rows);
            forecasts.Add(Block(values, times, block * _task.Horizon, isOnly: blocks == 1));
            if (block == blocks - 1) break;
            int[] order = [.. _task.Columns.Select(column => _task.Targets.ToList().FindIndex(target => target.Name == column))];
            string next = _graph.Gather(forecasts[^1], _graph.Longs([.. order.Select(target => (long)target)]), 2);
            values = _graph.Slice(_graph.Concat(1, values, next), 1, _task.Horizon, _task.Horizon + _task.Rows);
        }

        string all = _graph.Concat(1, [.. forecasts]);
        _graph.Rename(rows < blocks * _task.Horizon ? _graph.Slice(all, 1, 0, rows) : all, "forecast");
        _graph.Output("forecast", DataType.Double, "batch", $"{rows}", $"{targets}");
    }

    private void RefuseUnknownColumns()
    {
        string? unknown = _task.Columns.FirstOrDefault(column => _task.Targets.All(target => target.Name != column));
        if (unknown is null) return;
        throw new InvalidInputException(
            $"the network reads '{unknown}', which nobody knows behind its horizon of {_task.Horizon}", "Leave out --rows, or forecast the column too");
    }

    /// <summary>The name of an embedded column's input.</summary>
    private static string TokensOf(EmbeddedInput column) => $"{column.Name}_tokens";

    /// <summary>The forecast of one horizon: (batch, horizon, targets).</summary>
    /// <param name="behind">Number of rows that were forecast before.</param>
    private string Block(string values, string times, int behind, bool isOnly)
    {
        (string features, string transformed) = _inputs.Write(values, times);
        Model model = _exported.Model;
        var network = new NetworkGraph(_graph, model, _exported.Parameters) { Batch = _graph.Extent(values, 0), HasStates = isOnly };
        network.Bind(0, _graph.Transpose(features, 1, 0, 2));
        int signal = 1;
        foreach (EmbeddedInput column in _task.Embedded)
        {
            foreach (int ahead in (int[])[0, .. column.Ahead])
            {
                string tokens = TokensOf(column);
                bool isWhole = isOnly && column.Ahead.Count == 0;
                network.Bind(signal++, _graph.Transpose(isWhole ? tokens : _graph.Slice(tokens, 1, behind + ahead, behind + ahead + _task.Window), 1, 0));
            }
        }

        network.Write();
        string output = network.Output.Value;
        if (isOnly)
        {
            _graph.Rename(output, "output");
            _graph.Output("output", DataType.Float, "batch", $"{model.Output.Features}");
        }

        var restoring = new WindowOutputs(_graph, _task, _inputs, transformed);
        int targets = _task.Targets.Count, outputs = targets * _task.Horizon;
        double[] levels = Levels(_exported.Loss);
        string points = _graph.Cast(output, DataType.Double);
        if (levels.Length > 0)
        {
            string ordered = _graph.Add(
                "TopK", 2, [_graph.Reshape(output, -1, outputs, levels.Length), _graph.Longs(levels.Length)], Attributes.Of("axis", -1),
                Attributes.Of("largest", 0))[0];
            string sorted = _graph.Cast(ordered, DataType.Double);
            int middle = Enumerable.Range(0, levels.Length).MinBy(i => Math.Abs(levels[i] - 0.5));
            points = _graph.Gather(sorted, _graph.Long(middle), 2);
            if (isOnly)
            {
                string[] each = [.. Enumerable.Range(0, levels.Length)
                    .Select(i => _graph.Unsqueeze(restoring.Write(_graph.Gather(sorted, _graph.Long(i), 2), isPoint: false), 3))];
                _graph.Rename(_graph.Concat(3, each), "quantiles");
                _graph.Output("quantiles", DataType.Double, "batch", $"{_task.Horizon}", $"{targets}", $"{levels.Length}");
            }
        }
        else if (_exported.Loss is IDistribution distribution)
        {
            points = _graph.Slice(points, 1, 0, outputs);
            if (distribution is NegativeBinomial) points = AtLeast(Softplus(points), NegativeBinomial.Min);
            else if (distribution is not (GaussianLikelihood or StudentT))
                throw new InvalidInputException($"the mean of the distribution {_exported.Loss.Name} is not known to the export", "Train with another loss");
        }

        return restoring.Write(points, isPoint: true);
    }

    /// <summary>log(1 + exp(x)) in double, without overflow.</summary>
    private string Softplus(string value)
    {
        string small = _graph.Add("Exp", [_graph.Add("Neg", [_graph.Add("Abs", [value])])]);
        return _graph.Add("Add", [AtLeast(value, 0), _graph.Add("Log", [_graph.Add("Add", [small, _graph.Double(1)])])]);
    }

    private string AtLeast(string value, double min) => _graph.Add("Max", [value, _graph.Double(min)]);
}

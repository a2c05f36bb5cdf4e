using RnnActors.Data.Tasks.Exports;
using RnnActors.Interop.Onnx.Graphs;
using static RnnActors.Interop.OnnxSchema.TensorProto.Types;

namespace RnnActors.Interop.Onnx.Tasks;

/// <summary>The features that a network reads of a window: columns, lags and means, transformed, scaled and made relative to the window, and after them the
/// calendar.</summary>
internal sealed class WindowInputs(OnnxGraph graph, WindowExport task)
{
    /// <param name="values">(batch, rows, columns).</param>
    /// <param name="times">(batch, rows); empty where there is no calendar.</param>
    /// <returns>(batch, window, features) in float, and the transformed values, (batch, rows, columns).</returns>
    public (string Features, string Transformed) Write(string values, string times)
    {
        string transformed = Transform(values);
        string scaled = graph.Cast(Scale(Gathered(values, transformed), [.. task.Features.Select(feature => feature.Scales)]), DataType.Float);
        if (task.Normalization != ExportedNormalization.None)
        {
            long[] isRelative = [.. task.Features.Select(feature => feature.IsSeriesValue ? 1L : 0)];
            string mask = graph.Cast(graph.Longs(isRelative), DataType.Bool);
            scaled = graph.Add("Where", [mask, graph.Cast(Relative(graph.Cast(scaled, DataType.Double)), DataType.Float), scaled]);
        }

        return task.Calendar.Count == 0
            ? (scaled, transformed)
            : (graph.Concat(2, scaled, new CalendarGraph(graph).Write(graph.Slice(times, 1, task.Rows - task.Window, task.Rows), task.Calendar)), transformed);
    }

    /// <summary>The scales of each row's series: (batch or 1, 1, scales).</summary>
    public (string Offsets, string Spreads) ScalesOf(IReadOnlyList<ExportedScale>[] scales)
    {
        int count = scales[0].Count;
        string Table(string name, Func<ExportedScale, double> of)
        {
            double[] all = [.. Enumerable.Range(0, count).SelectMany(series => scales.Select(own => of(own[series])))];
            string table = graph.Doubles(name, all, count, 1, scales.Length);
            return task.Series.Count == 0 ? table : graph.Gather(table, "series", 0);
        }

        return (Table("offsets", scale => scale.Offset), Table("spreads", scale => scale.Spread));
    }

    private string Scale(string values, IReadOnlyList<ExportedScale>[] scales)
    {
        (string offsets, string spreads) = ScalesOf(scales);
        return graph.Add("Div", [graph.Add("Sub", [values, offsets]), spreads]);
    }

    private string Transform(string values) => task.Function switch
    {
        ExportedFunction.Log => graph.Add("Log", [values]),
        ExportedFunction.Sqrt => graph.Add("Sqrt", [values]),
        _ => values,
    };

    /// <summary>The features before scaling, (batch, window, features). Features of the same rows are sliced together, then put in their order.</summary>
    private string Gathered(string values, string transformed)
    {
        List<int> places = [];
        List<string> parts = [];
        var groups = Enumerable.Range(0, task.Features.Count)
            .GroupBy(i => (task.Features[i].Lag, task.Features[i].RollingMean, task.Features[i].IsSeriesValue));
        foreach (var group in groups)
        {
            (int lag, int mean, bool isSeriesValue) = group.Key;
            int first = task.Rows - task.Window - lag;
            long[] columns = [.. group.Select(i => (long)task.Features[i].Column)];
            string rows = graph.Gather(isSeriesValue ? transformed : values, graph.Longs(columns), 2);
            if (lag < 0)
            {
                long[] known = [.. columns.Select(column => (long)task.Known.ToList().IndexOf((int)column))];
                rows = graph.Concat(1, rows, graph.Gather("known", graph.Longs(known), 2));
            }

            if (mean > 0)
            {
                long[] table = [.. Enumerable.Range(first, task.Window).SelectMany(row => Enumerable.Range(row - mean + 1, mean).Select(at => (long)at))];
                parts.Add(graph.Add(
                    "ReduceMean", [graph.Gather(rows, graph.LongTable(table, task.Window, mean), 1)], Attributes.Of("axes", [2L]),
                    Attributes.Of("keepdims", 0)));
            }
            else parts.Add(graph.Slice(rows, 1, first, first + task.Window));

            places.AddRange(group);
        }

        string joined = graph.Concat(2, [.. parts]);
        bool isOrdered = places.SequenceEqual(Enumerable.Range(0, places.Count));
        return isOrdered ? joined : graph.Gather(joined, graph.Longs([.. Enumerable.Range(0, places.Count).Select(i => (long)places.IndexOf(i))]), 2);
    }

    private string Relative(string values)
    {
        if (task.Normalization == ExportedNormalization.Last) return graph.Add("Sub", [values, graph.Slice(values, 1, task.Window - 1, task.Window)]);
        string moved = graph.Add("Sub", [values, Mean(values)]);
        if (task.Normalization == ExportedNormalization.Mean) return moved;
        string variance = graph.Add("Add", [Mean(graph.Add("Mul", [moved, moved])), graph.Double(task.MinVariance)]);
        return graph.Add("Div", [moved, graph.Add("Sqrt", [variance])]);
    }

    private string Mean(string values) => graph.Add("ReduceMean", [values], Attributes.Of("axes", [1L]), Attributes.Of("keepdims", 1));
}

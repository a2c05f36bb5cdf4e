using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Training;

/// <summary>The outputs of a trained model for the rows of a dataset.</summary>
public static class Prediction
{
    private const int RowsAtOnce = 256;

    /// <summary>The outputs of rows of equal length.</summary>
    /// <param name="weights">Packed weights shared with others that use the same parameters; null to pack its own.</param>
    /// <returns>(rows, steps or 1, outputs): batch-major, as rows are read.</returns>
    public static float[] Run(Model model, ReadOnlyMemory<float> parameters, SequenceDataset data, SharedWeights? weights = null,
        CancellationToken cancellation = default)
    {
        int length = (model.Output.IsSequence ? model.Output.Axis.StepsOf(data.StepsOf(model.Output.Axis.Input)) : 1) * model.Output.Features;
        float[] outputs = new float[checked(data.Rows * length)];
        Visit(model, parameters, data, (row, values) => values.CopyTo(outputs.AsMemory(row * length)), weights, cancellation);
        return outputs;
    }

    /// <summary>The outputs of each row.</summary>
    /// <param name="weights">Packed weights shared with others that use the same parameters; null to pack its own.</param>
    /// <returns>For each row, (its steps or 1, outputs).</returns>
    public static float[][] RunEach(
        Model model, ReadOnlyMemory<float> parameters, SequenceDataset data, SharedWeights? weights = null, CancellationToken cancellation = default)
    {
        float[][] outputs = new float[data.Rows][];
        Visit(model, parameters, data, (row, values) => outputs[row] = values, weights, cancellation);
        return outputs;
    }

    private static void Visit(
        Model model, ReadOnlyMemory<float> parameters, SequenceDataset data, Action<int, float[]> visit, SharedWeights? weights, CancellationToken cancellation)
    {
        int capacity = Math.Min(RowsAtOnce, Math.Max(1, data.Rows));
        var replica = new Replica(model, [.. model.Inputs.Select((_, i) => data.CreateLayout(i, capacity))], training: false, shared: weights);
        replica.Prepare(parameters);
        var batch = data.CreateBatch(capacity);
        int width = replica.Output.Features;
        var layout = replica.Output.Layout;
        for (int first = 0; first < data.Rows; first += capacity)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] rows = [.. Enumerable.Range(first, Math.Min(capacity, data.Rows - first))];
            data.Read(rows, batch);
            replica.Load(batch);
            replica.Forward(replica.Inference(rows.Length, hasState: false), [], []);
            for (int row = 0; row < rows.Length; row++)
            {
                float[] values = new float[layout.LengthOf(row) * width];
                for (int t = 0; t < layout.LengthOf(row); t++)
                    replica.Output.Values.Slice(layout.PositionOf(t, row) * width, width).CopyTo(values.AsSpan(t * width));
                visit(first + row, values);
            }
        }
    }
}

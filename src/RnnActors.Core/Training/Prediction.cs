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
        CancellationToken cancellation = default) => Run(new ReplicaPool(model, parameters, weights), data, cancellation);

    /// <summary>The outputs of rows of equal length, by a replica of a pool.</summary>
    /// <inheritdoc cref="Run(Model, ReadOnlyMemory{float}, SequenceDataset, SharedWeights?, CancellationToken)"/>
    public static float[] Run(ReplicaPool replicas, SequenceDataset data, CancellationToken cancellation = default)
    {
        var output = replicas.Model.Output;
        int length = (output.IsSequence ? output.Axis.StepsOf(data.StepsOf(output.Axis.Input)) : 1) * output.Features;
        float[] outputs = new float[checked(data.Rows * length)];
        Visit(replicas, data, (row, values) => values.CopyTo(outputs.AsMemory(row * length)), cancellation);
        return outputs;
    }

    /// <summary>The outputs of each row.</summary>
    /// <param name="weights">Packed weights shared with others that use the same parameters; null to pack its own.</param>
    /// <returns>For each row, (its steps or 1, outputs).</returns>
    public static float[][] RunEach(
        Model model, ReadOnlyMemory<float> parameters, SequenceDataset data, SharedWeights? weights = null, CancellationToken cancellation = default) =>
        RunEach(new ReplicaPool(model, parameters, weights), data, cancellation);

    /// <summary>The outputs of each row, by a replica of a pool.</summary>
    /// <inheritdoc cref="RunEach(Model, ReadOnlyMemory{float}, SequenceDataset, SharedWeights?, CancellationToken)"/>
    public static float[][] RunEach(ReplicaPool replicas, SequenceDataset data, CancellationToken cancellation = default)
    {
        float[][] outputs = new float[data.Rows][];
        Visit(replicas, data, (row, values) => outputs[row] = values, cancellation);
        return outputs;
    }

    private static void Visit(ReplicaPool replicas, SequenceDataset data, Action<int, float[]> visit, CancellationToken cancellation)
    {
        int capacity = Math.Min(RowsAtOnce, Math.Max(1, data.Rows));
        Replica replica = replicas.Rent(data, capacity);
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

        replicas.Return(replica);
    }
}

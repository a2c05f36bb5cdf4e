using RnnActors.Core.Models;

namespace RnnActors.Core.Training;

/// <summary>The outputs of a trained model for the rows of a dataset.</summary>
public static class Prediction
{
    private const int RowsAtOnce = 256;

    /// <returns>(rows, steps or 1, outputs): batch-major, as rows are read.</returns>
    public static float[] Run(Model model, ReadOnlyMemory<float> parameters, SequenceDataset data, CancellationToken cancellation = default)
    {
        var replica = new Replica(model, data.Steps, Math.Min(RowsAtOnce, Math.Max(1, data.Rows)), training: false);
        replica.Prepare(parameters);
        var batch = data.CreateBatch(replica.Capacity);
        int steps = replica.Output.Steps, width = replica.Output.Features;
        float[] outputs = new float[checked(data.Rows * steps * width)];
        for (int first = 0; first < data.Rows; first += RowsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] rows = [.. Enumerable.Range(first, Math.Min(RowsAtOnce, data.Rows - first))];
            data.Read(rows, batch);
            replica.Load(batch);
            replica.Forward(replica.Inference(rows.Length, hasState: false), [], []);
            for (int row = 0; row < rows.Length; row++)
            {
                for (int t = 0; t < steps; t++)
                {
                    replica.Output.Values.Slice(((t * rows.Length) + row) * width, width)
                        .CopyTo(outputs.AsSpan((((first + row) * steps) + t) * width, width));
                }
            }
        }

        return outputs;
    }
}

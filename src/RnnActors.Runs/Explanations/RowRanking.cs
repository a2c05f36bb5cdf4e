using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Explanations;

/// <summary>Rows of a part with the network's predictions and losses.</summary>
internal static class RowRanking
{
    private const int RowsAtOnce = 32;

    /// <summary>Evenly spaced rows, at most <paramref name="max"/>.</summary>
    public static int[] Spread(int rows, int max) => [.. Enumerable.Range(0, Math.Min(rows, max)).Select(i => (int)((long)i * rows / Math.Min(rows, max)))];

    /// <summary>In the order of <paramref name="chosen"/>.</summary>
    public static IReadOnlyList<RankedRow> Of(TrainedNetwork network, ExplainedRows rows, IReadOnlyList<int> chosen, CancellationToken cancellation = default)
    {
        SequenceDataset data = rows.Data;
        int capacity = Math.Min(RowsAtOnce, chosen.Count);
        var replica = new Replica(network.Model, [.. network.Model.Inputs.Select((_, i) => data.CreateLayout(i, capacity))], training: false);
        replica.Prepare(network.Parameters);
        var batch = data.CreateBatch(capacity);
        List<RankedRow> ranked = [];
        foreach (int[] chunk in chosen.Chunk(capacity))
        {
            cancellation.ThrowIfCancellationRequested();
            data.Read(chunk, batch);
            replica.Load(batch);
            replica.Forward(replica.Inference(chunk.Length, hasState: false), [], []);
            var output = replica.Output;
            float[] scratch = new float[output.Length];
            for (int row = 0; row < chunk.Length; row++)
            {
                float[] own = new float[output.Layout.LengthOf(row) * output.Features];
                for (int t = 0; t < output.Layout.LengthOf(row); t++)
                    output.Values.Slice(output.Layout.PositionOf(t, row) * output.Features, output.Features).CopyTo(own.AsSpan(t * output.Features));
                RowVerdict verdict = rows.Judge(chunk[row], own);
                var loss = rows.HasTruth ? network.Training.Loss.Evaluate(replica.RowsFor(batch, new ShardRows(row, 1)), 1, scratch) : default;
                ranked.Add(new RankedRow(chunk[row] + 1, rows.Show(chunk[row]), verdict.Prediction, verdict.Truth, verdict.Certainty,
                    loss.Count > 0 ? loss.Mean : double.NaN));
            }
        }

        return ranked;
    }
}

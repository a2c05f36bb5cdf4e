using RnnActors.Core.Reference;
using RnnActors.Core.Tests.Golden;
using Xunit;

namespace RnnActors.Core.Tests.Reference;

/// <summary>The reference's cells, as stacks, against PyTorch: rows of equal length, CTC, and rows of unequal lengths.</summary>
public class ReferenceGoldenTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), MemberType = typeof(GoldenCase))]
    public void Rows_of_equal_length_are_PyTorchs(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        double[] Doubles(string tensor) => Arrays.Double(golden.Floats(tensor));
        var batch = new GoldenBatch(
            golden.Cell, golden.Layers, golden.Directions, [.. Enumerable.Repeat(golden.Steps, golden.Batch)], golden.Steps, golden.Inputs, golden.Hidden,
            Doubles, (tensor, values) => TensorAssert.Near($"{golden.Name}, {tensor}", golden.Floats(tensor), values));
        batch.Forward();
        double loss = 0;
        if (golden.Loss == "ctc")
        {
            int longest = (int)golden.Shape("target")[1];
            int[] targets = Ints(golden, "target"), lengths = Ints(golden, "input_lengths"), targetLengths = Ints(golden, "target_lengths");
            for (int row = 0; row < golden.Batch; row++)
            {
                double[,] output = batch.Outputs[row], logits = new double[lengths[row], golden.Outputs];
                for (int t = 0; t < lengths[row]; t++) ReferenceMath.SetRow(logits, t, batch.Head.Logits(ReferenceMath.Row(output, t)));
                ReferenceCtc.Result ctc = ReferenceCtc.Compute(logits, targets[(row * longest)..((row * longest) + targetLengths[row])]);
                double share = 1.0 / (Math.Max(1, targetLengths[row]) * golden.Batch);
                loss += ctc.Loss * share;
                for (int t = 0; t < lengths[row]; t++) batch.Feed(row, t, [.. ReferenceMath.Row(ctc.Gradient, t).Select(value => value * share)]);
            }
        }
        else
        {
            int first = golden.IsEveryStep ? 0 : golden.Steps - 1, count = (golden.Steps - first) * golden.Batch;
            for (int t = first; t < golden.Steps; t++)
            {
                for (int row = 0; row < golden.Batch; row++)
                {
                    int at = ((t - first) * golden.Batch) + row;
                    double[] logits = batch.Head.Logits(ReferenceMath.Row(batch.Outputs[row], t));
                    int width = golden.Outputs;
                    (double part, double[] gradient) = golden.Loss.StartsWith("ce", StringComparison.Ordinal)
                        ? ReferenceHead.CrossEntropy(logits, Ints(golden, "target")[at], 1.0 / count)
                        : ReferenceHead.SquaredError(logits, Doubles("target")[(at * width)..((at + 1) * width)], 1.0 / (count * width));
                    loss += part;
                    batch.Feed(row, t, gradient);
                }
            }
        }

        batch.CompareForward(loss);
        batch.CompareBackward();
    }

    [SkippableTheory]
    [MemberData(nameof(GoldenTask.Cases), "ragged", MemberType = typeof(GoldenTask))]
    public void Rows_of_unequal_lengths_are_PyTorchs(string name)
    {
        GoldenTask task = GoldenTask.Read(name);
        int steps = task.Shape("input")[0], rows = task.Shape("input")[1], outputs = task.Shape("param.head.bias")[0];
        int[] lengths = task.Ints("lengths");
        var batch = new GoldenBatch(
            task.Text("cell"), task.Int("layers"), task.Flag("bidirectional") ? 2 : 1, lengths, steps, task.Shape("input")[2], task.Shape("h0")[2],
            task.Doubles, (tensor, values) => task.Compare(tensor, values));
        batch.Forward();
        int valid = lengths.Sum();
        double loss = 0;
        for (int row = 0; row < rows; row++)
        {
            double[,] output = batch.Outputs[row];
            for (int t = 0; t < lengths[row] && task.Text("loss") is "mse_valid" or "tag_ce"; t++)
            {
                int at = (t * rows) + row;
                double[] logits = batch.Head.Logits(ReferenceMath.Row(output, t));
                (double part, double[] gradient) = task.Text("loss") == "tag_ce"
                    ? ReferenceHead.CrossEntropy(logits, task.Ints("target")[at], 1.0 / valid)
                    : ReferenceHead.SquaredError(logits, task.Doubles("target")[(at * outputs)..((at + 1) * outputs)], 1.0 / (valid * outputs));
                loss += part;
                batch.Feed(row, t, gradient);
            }

            if (task.Text("loss") is not ("ce_last_state" or "ce_mean_pool" or "ce_max_pool")) continue;
            double[,] share = Pooling(task.Text("loss"), output, batch.Stack.Directions);
            double[] feed = new double[output.GetLength(1)];
            for (int t = 0; t < lengths[row]; t++)
                for (int j = 0; j < feed.Length; j++) feed[j] += share[t, j] * output[t, j];
            (double rowLoss, double[] dLogits) = ReferenceHead.CrossEntropy(batch.Head.Logits(feed), task.Ints("target")[row], 1.0 / rows);
            loss += rowLoss;
            batch.Feed(row, share, feed, dLogits);
        }

        batch.CompareForward(loss);
        batch.CompareBackward();
    }

    /// <summary>How much of each step's output, (T, D·H), goes into what the head is fed.</summary>
    private static double[,] Pooling(string loss, double[,] output, int directions)
    {
        int steps = output.GetLength(0), width = output.GetLength(1);
        double[,] share = new double[steps, width];
        for (int j = 0; j < width; j++)
        {
            int largest = Enumerable.Range(0, steps).MaxBy(t => output[t, j]);
            for (int t = 0; t < steps; t++)
            {
                share[t, j] = loss switch
                {
                    "ce_mean_pool" => 1.0 / steps,
                    "ce_max_pool" => t == largest ? 1 : 0,
                    _ => t == (j < width / directions ? steps - 1 : 0) ? 1 : 0,
                };
            }
        }

        return share;
    }

    private static int[] Ints(GoldenCase golden, string tensor) => [.. golden.Integers(tensor).Select(value => (int)value)];
}

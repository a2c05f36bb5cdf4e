using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

/// <summary>
/// A model with a loss, whose float32 outputs and gradients are compared with
/// <see cref="PlainNetwork"/>: outputs directly, gradients with its central differences.
/// </summary>
/// <param name="Shards">How many shards the parameters' gradient is computed by.</param>
internal sealed record GradientCase(IReadOnlyList<LayerSpec> Layers, Shape Input, StepObjective Loss, int Rows, int Steps, bool HasState, int Shards, uint Seed)
{
    /// <summary>
    /// Differences in double with this step are right to about 1e-9, so all that is left is the rounding of float32: some hundred operations of 6e-8 each on
    /// numbers about 1, where sums may cancel; where a tensor's numbers are larger, so is their rounding. For numbers up to 1 it is what the reference cases of
    /// PyTorch are held to.
    /// </summary>
    private const double Absolute = 1e-5, Relative = 1e-4, Step = 1e-6;

    /// <summary>A ReLU or an absolute value nearer than this to its kink has no derivative that a difference would find.</summary>
    private const double MinKink = 1e-4;

    /// <summary>
    /// Linear states that dropout scales reach outputs of thousands. A softmax's probability is relatively as wrong as its logit is absolutely, and so are
    /// gradients.
    /// </summary>
    private const float MaxOutput = 30;

    private const int FirstRow = 5;

    public override string ToString() =>
        $"{string.Join(" → ", Layers)} on {Rows} rows of {Steps} steps of {Input}, {Loss}, {(HasState ? "a" : "no")} state, {Shards} shards, seed {Seed}";

    /// <summary>Compares everything. Returns false where the case lies on a kink, or its outputs are too large: its gradients say nothing.</summary>
    public bool Check()
    {
        var model = new Model(new ModelSpec(Layers), Input);
        var context = new PassContext(Rows, FirstRow, Training: true, Seed: 11, Step: 3, HasState, model.StateWidth);
        var replica = new Replica(model, Steps, Rows + 2, training: true, inputGradient: true, shardRows: Rows / Shards);
        float[] parameters = Values(model.Layout.Length, 1), state = HasState ? Values(Rows * model.StateWidth, 2) : new float[Rows * model.StateWidth];
        float[] input = Input.IsTokens
            ? [.. Labels(Steps * Rows, Input.Vocabulary, 3).Select(token => (float)token)]
            : Values(Steps * Rows * Input.Features, 3);
        int width = model.Output.Features, targets = (model.Output.IsSequence ? model.Output.Axis.StepsOf(Steps) : 1) * Rows;
        float[] target = Values(targets * width, 4);
        int[] labels = Labels(targets, width, 5);

        // Forward and backward as training does it.
        replica.Prepare(parameters);
        for (int i = 0; i < input.Length; i++)
        {
            if (Input.IsTokens) replica.Input.Tokens[i] = (int)input[i];
            else replica.Input.Values[i] = input[i];
        }

        float[] finalState = new float[state.Length], stateGradient = new float[state.Length];
        replica.Forward(context, state, finalState);
        double counted = Math.Max(1,
            Loss.CountsByLabel ? Loss.CountOf(labels) : Loss.CountOf(Rows, targets, new TargetShape(width, model.Output.IsSequence, Loss.NeedsLabels)));
        float[] outputs = replica.Output.Values[..(targets * width)].ToArray();
        double loss = Loss.EvaluateStep(
            outputs, Loss.NeedsLabels ? [] : target, Loss.NeedsLabels ? labels : [], width, 1f / (float)counted,
            replica.Output.Gradient[..outputs.Length]).Mean;
        replica.Backward(context, stateGradient);
        float[] gradient = SumOverShards(replica, context);

        // The twin.
        var twin = new PlainNetwork(model, context);
        double nearestKink = 0;
        double LossAt(double[] p, double[] x, double[] s)
        {
            double mean = PlainLoss.Mean(Loss, Flat(twin.Forward(p, Shape(x), s)), Vectors(target, width), labels, out double kink);
            nearestKink = Math.Min(kink, twin.NearestKink);
            return mean;
        }

        double[] p = Double(parameters), x = Double(input), s = Double(state);
        Near("the outputs", Flat(twin.Forward(p, Shape(x), s)).SelectMany(y => y).ToArray(), outputs);
        Near("the final state", twin.FinalState, finalState);
        Near("the loss", [LossAt(p, x, s)], [(float)loss]);
        if (nearestKink < MinKink || outputs.Max(Math.Abs) > MaxOutput) return false;
        foreach (var slot in model.Layout.Slots)
            Near(slot.Name, Differences(p, slot.Offset, slot.Length, () => LossAt(p, x, s)), gradient.AsSpan(slot.Offset, slot.Length));
        if (!Input.IsTokens) Near("the input", Differences(x, 0, x.Length, () => LossAt(p, x, s)), replica.Input.Gradient[..x.Length]);
        Near("the initial state", Differences(s, 0, s.Length, () => LossAt(p, x, s)), stateGradient);
        return true;
    }

    private float[] SumOverShards(Replica replica, in PassContext context)
    {
        float[] sum = new float[replica.Model.Layout.Length], part = new float[sum.Length];
        for (int shard = 0; shard < Shards; shard++)
        {
            int first = Rows * shard / Shards, end = Rows * (shard + 1) / Shards;
            replica.ComputeGradient(context, new ShardRows(first, end - first), part);
            for (int i = 0; i < sum.Length; i++) sum[i] += part[i];
        }

        return sum;
    }

    private static double[] Differences(double[] variables, int first, int count, Func<double> loss)
    {
        double[] result = new double[count];
        for (int i = 0; i < count; i++)
        {
            double before = variables[first + i];
            variables[first + i] = before + Step;
            double above = loss();
            variables[first + i] = before - Step;
            result[i] = (above - loss()) / (2 * Step);
            variables[first + i] = before;
        }

        return result;
    }

    private void Near(string what, ReadOnlySpan<double> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 1;
        foreach (double value in expected) largest = Math.Max(largest, Math.Abs(value));
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= (Absolute * largest) + (Relative * Math.Abs(expected[i]))))
                Assert.Fail($"{this}: {what}, element {i} of {expected.Length}: {actual[i]:R} is not {expected[i]:R}");
        }
    }

    private float[] Values(int length, uint salt) => Pseudorandom.Floats(length, (Seed * 8) + salt);

    private int[] Labels(int length, int count, uint salt) => [.. Values(length, salt).Select(value => Math.Min(count - 1, (int)((value + 1) / 2 * count)))];

    private double[][][] Shape(double[] flat) => [.. Vectors(flat, Input.Features).Chunk(Rows)];

    private static T[][] Vectors<T>(T[] flat, int width) => [.. flat.Chunk(width)];

    private static double[][] Vectors(float[] flat, int width) => Vectors(Double(flat), width);

    private static double[][] Flat(double[][][] signal) => [.. signal.SelectMany(rows => rows)];

    private static double[] Double(float[] values) => [.. values.Select(value => (double)value)];
}

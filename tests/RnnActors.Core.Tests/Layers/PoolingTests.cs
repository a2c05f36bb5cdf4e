using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Layers;

/// <summary>Pooling beside a plain twin, over rows of unequal lengths and values of which many are equal.</summary>
[Collection(VectorWidthTests.Name)]
public class PoolingTests
{
    [Theory]
    [InlineData(PoolingMode.Last)]
    [InlineData(PoolingMode.Mean)]
    [InlineData(PoolingMode.Sum)]
    [InlineData(PoolingMode.Max)]
    public void It_is_its_plain_twin_at_every_width(PoolingMode mode) =>
        Gen.Select(Gen.Int[1, 5].Array[1, 4], Gen.Int[1, 19], Gen.UInt[1, 1000]).Sample((lengths, features, seed) =>
        {
            // Halves from -1 to 1: a row's largest value often stands at several steps.
            float[][] rows = [.. lengths.Select((length, row) =>
                Pseudorandom.Floats(length * features, seed + (uint)row).Select(value => MathF.Round(value * 2) / 2).ToArray())];
            float[] wanted = Pseudorandom.Floats(lengths.Length * features, seed + 500);
            float[] pooled = new float[wanted.Length];
            float[][] back = [.. rows.Select(row => new float[row.Length])];
            for (int row = 0; row < rows.Length; row++)
                for (int i = 0; i < features; i++)
                    pooled[(row * features) + i] = Pool(mode, rows[row], back[row], features, i, wanted[(row * features) + i]);

            foreach (var (values, gradient) in VectorWidthTests.AtEveryWidth(() => Run(mode, lengths, features, rows, wanted)))
            {
                SameBits.Assert(pooled, values);
                SameBits.Assert([.. back.SelectMany(row => row)], gradient);
            }
        }, iter: 30, threads: 1);

    /// <summary>One feature of a row, and the gradients of its steps.</summary>
    private static float Pool(PoolingMode mode, float[] row, float[] back, int features, int feature, float wanted)
    {
        int length = row.Length / features, chosen = mode == PoolingMode.Last ? length - 1 : 0;
        float sum = row[feature];
        for (int t = 1; t < length; t++)
        {
            float value = row[(t * features) + feature];
            sum += value;
            if (mode == PoolingMode.Max && value > row[(chosen * features) + feature]) chosen = t;
        }

        for (int t = 0; t < length; t++)
        {
            back[(t * features) + feature] = mode switch
            {
                PoolingMode.Mean => wanted / length,
                PoolingMode.Sum => wanted,
                _ => t == chosen ? wanted : 0,
            };
        }

        return mode switch
        {
            PoolingMode.Mean => sum / length,
            PoolingMode.Sum => sum,
            _ => row[(chosen * features) + feature],
        };
    }

    /// <summary>Values, and gradients row by row; the gradient's memory had something in it before.</summary>
    private static (float[] Values, float[] Gradient) Run(PoolingMode mode, int[] lengths, int features, float[][] rows, float[] wanted)
    {
        var layout = new SequenceLayout(lengths.Max(), lengths.Length, isRagged: true);
        layout.Fill(lengths);
        var input = new SignalBuffer(layout, new Shape(features), needsGradient: true);
        var setup = new PassSetup([input], lengths.Length, Training: true, 0, IsLast: false, "pooling.", new ParameterLayout());
        setup.RowLayout.Fill(lengths.Length);
        Span<float> At(Span<float> values, int row, int t) => values.Slice(layout.PositionOf(t, row) * features, features);
        for (int row = 0; row < lengths.Length; row++)
            for (int t = 0; t < lengths[row]; t++) rows[row].AsSpan(t * features, features).CopyTo(At(input.Values, row, t));

        var layer = new PoolingLayer(new Pooling(mode), setup);
        var context = new PassContext(lengths.Length, 0, true, 0, 0, false, 0);
        layer.Forward(context, [], []);
        wanted.CopyTo(layer.Output.Gradient);
        input.Gradient.Fill(7);
        layer.Backward(context, []);
        var gradient = new List<float>();
        for (int row = 0; row < lengths.Length; row++)
            for (int t = 0; t < lengths[row]; t++) gradient.AddRange(At(input.Gradient, row, t));
        return (layer.Output.Values[..wanted.Length].ToArray(), [.. gradient]);
    }
}

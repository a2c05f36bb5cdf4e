using CsCheck;
using RnnActors.Core.Losses;
using RnnActors.Core.Problems;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Losses;

[Collection(VectorWidthTests.Name)]
public sealed class SoftmaxCrossEntropyTests
{
    private const int Ignored = -100;

    private static readonly SoftmaxCrossEntropy Loss = new(Ignored);

    /// <summary>Outputs (n, width) and labels (n), an eighth of them ignored; n and width from 1.</summary>
    private static readonly Gen<(int Width, float[] Outputs, int[] Labels)> Cases =
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 40]).SelectMany((n, width) => Gen.Select(
            Gen.Float[-8, 8].Array[n * width],
            Gen.Frequency((7, Gen.Int[0, width - 1]), (1, Gen.Const(Ignored))).Array[n],
            (outputs, labels) => (width, outputs, labels)));

    private static double Twin(double[] outputs, int[] labels, int width)
    {
        double sum = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] == Ignored) continue;
            double[] x = outputs[(row * width)..((row + 1) * width)];
            double max = x.Max();
            sum += max + Math.Log(x.Sum(v => Math.Exp(v - max))) - x[labels[row]];
        }

        return sum;
    }

    [Fact]
    public void Sum_and_gradient_agree_with_double_and_its_finite_differences() => Cases.Sample(
        c =>
        {
            var gradient = new float[c.Outputs.Length];
            LossSum result = Loss.Evaluate(c.Outputs, [], c.Labels, c.Width, 0.5f, gradient);
            double[] x = [.. c.Outputs.Select(v => (double)v)];
            Assert.Equal(Twin(x, c.Labels, c.Width), result.Sum, 1e-5);
            Assert.Equal(c.Labels.Count(label => label != Ignored), result.Count);
            Assert.Equal(result.Count, Loss.CountOf([], c.Labels));
            for (int i = 0; i < x.Length; i++)
            {
                const double h = 1e-5;
                double centre = x[i];
                x[i] = centre + h;
                double above = Twin(x, c.Labels, c.Width);
                x[i] = centre - h;
                double below = Twin(x, c.Labels, c.Width);
                x[i] = centre;
                Assert.Equal(0.5 * (above - below) / (2 * h), gradient[i], 1e-6);
            }
        },
        iter: 60);

    [Fact]
    public void The_gradient_written_over_the_outputs_is_the_same_bits() => Cases.Sample(c =>
    {
        float[] gradient = new float[c.Outputs.Length], both = [.. c.Outputs];
        LossSum apart = Loss.Evaluate(c.Outputs, [], c.Labels, c.Width, 0.3f, gradient);
        Assert.Equal(apart, Loss.Evaluate(both, [], c.Labels, c.Width, 0.3f, both));
        Assert.Equal(gradient, both);
    });

    [Fact]
    public void Every_width_gives_the_same_bits_with_a_gradient_or_without() => Cases.Sample(
        c =>
        {
            VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
            {
                var gradient = new float[c.Outputs.Length];
                Loss.Evaluate(c.Outputs, [], c.Labels, c.Width, 0.3f, gradient);
                return gradient;
            });
            LossSum[] sums =
            [
                .. VectorWidthTests.AtEveryWidth(() => Loss.Evaluate(c.Outputs, [], c.Labels, c.Width, 1, [])),
                Loss.Evaluate(c.Outputs, [], c.Labels, c.Width, 1, new float[c.Outputs.Length]),
            ];
            Assert.Single(sums.Distinct());
        },
        threads: 1);

    [Fact]
    public void Each_rows_gradient_sums_to_zero() => Cases.Sample(c =>
    {
        var gradient = new float[c.Outputs.Length];
        Loss.Evaluate(c.Outputs, [], c.Labels, c.Width, 1, gradient);
        for (int row = 0; row < c.Labels.Length; row++)
            Assert.Equal(0, gradient.Skip(row * c.Width).Take(c.Width).Sum(g => (double)g), 1e-6);
    });

    [Fact]
    public void Equal_outputs_cost_the_logarithm_of_their_number()
    {
        foreach (int width in new[] { 1, 2, 65, 10_000 })
            Assert.Equal(Math.Log(width), Loss.Evaluate(new float[width], [], [0], width, 1, []).Sum, 1e-12);
    }

    [Fact]
    public void Nothing_but_ignored_labels_gives_zero_everywhere()
    {
        float[] gradient = [9, 9, 9, 9];
        LossSum result = Loss.Evaluate([1, 2, 3, 4], [], [Ignored, Ignored], 2, 1, gradient);
        Assert.Equal(new LossSum(0, 0, 0), result);
        Assert.Equal(0, result.Mean);
        Assert.All(gradient, g => Assert.Equal(0, g));
    }

    [Fact]
    public void A_label_that_is_also_a_class_can_be_ignored()
    {
        var padding = new SoftmaxCrossEntropy(0);
        Assert.Equal(1, padding.Evaluate([1, 2, 3, 4], [], [0, 1], 2, 1, []).Count);
    }

    [Fact]
    public void Correct_counts_the_first_largest_output()
    {
        float[] outputs = [3, 1, 2, /**/ 1, 3, 3, /**/ 1, 3, 3, /**/ 0, 0, 0];
        Assert.Equal(2, Loss.Evaluate(outputs, [], [0, 1, 2, 2], 3, 1, []).Correct);
    }

    [Fact]
    public void Confident_outputs_stay_finite()
    {
        var gradient = new float[4];
        LossSum result = Loss.Evaluate([1000, -1000, 1000, -1000], [], [0, 1], 2, 1, gradient);
        Assert.Equal(2000, result.Sum, 1e-9);
        Assert.Equal([0, 0, 1, -1], gradient);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_label_out_of_range_is_named_with_its_row(int label)
    {
        var error = Assert.Throws<InvalidInputException>(() => Loss.Evaluate(new float[6], [], [0, label], 3, 1, []));
        Assert.Contains($"label {label} of row 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Loss.Evaluate(new float[5], [], [0, 1], 3, 1, []));
        Assert.Throws<ArgumentException>(() => Loss.Evaluate(new float[6], [], [0, 1], 3, 1, new float[3]));
    }

    [Fact]
    public void Not_a_number_shows() =>
        Assert.True(double.IsNaN(Loss.Evaluate([1, float.NaN, 0], [], [0], 3, 1, []).Sum));
}

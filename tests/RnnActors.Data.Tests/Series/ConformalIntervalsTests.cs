using RnnActors.Data.Series;
using Xunit;

namespace RnnActors.Data.Tests.Series;

public class ConformalIntervalsTests
{
    [Fact]
    public void The_half_width_is_the_residual_of_its_rank()
    {
        double[] residuals = [.. Enumerable.Range(1, 19).Select(i => i % 2 == 0 ? i : -(double)i)];
        ConformalIntervals intervals = ConformalIntervals.FitSymmetric(residuals, 1, [0.8, 0.95]);
        Assert.Equal((-16, 16), (intervals.Lower(0, 0), intervals.Upper(0, 0)));
        Assert.Equal((-19, 19), (intervals.Lower(1, 0), intervals.Upper(1, 0)));
        Assert.True(intervals.IsReached(1, 0));
        Assert.Equal((68, 132), intervals.Around(100, 0, 0, scale: 2));
    }

    [Fact]
    public void Asymmetric_bounds_are_the_residuals_of_their_ranks()
    {
        double[] residuals = [.. Enumerable.Range(1, 39).Select(i => (double)i * i)];
        ConformalIntervals intervals = ConformalIntervals.FitAsymmetric(residuals, 1, [0.8, 0.95]);
        Assert.Equal((16, 36 * 36), (intervals.Lower(0, 0), intervals.Upper(0, 0)));
        Assert.Equal((1, 39 * 39), (intervals.Lower(1, 0), intervals.Upper(1, 0)));
        Assert.True(intervals.IsReached(1, 0));
    }

    [Fact]
    public void Too_few_residuals_give_the_largest_and_say_so()
    {
        double[] residuals = [3, -5, 1, double.NaN];
        ConformalIntervals symmetric = ConformalIntervals.FitSymmetric(residuals, 1, [0.75, 0.95]);
        Assert.Equal((5, true), (symmetric.Upper(0, 0), symmetric.IsReached(0, 0)));
        Assert.Equal((5, false), (symmetric.Upper(1, 0), symmetric.IsReached(1, 0)));
        ConformalIntervals asymmetric = ConformalIntervals.FitAsymmetric(residuals, 1, [0.95]);
        Assert.Equal((-5, 3, false), (asymmetric.Lower(0, 0), asymmetric.Upper(0, 0), asymmetric.IsReached(0, 0)));
        Assert.True(double.IsNaN(ConformalIntervals.Fit([double.NaN], 1, [0.8]).Upper(0, 0)));
    }

    [Fact]
    public void Few_residuals_are_taken_as_symmetric_and_many_as_they_are()
    {
        Assert.True(ConformalIntervals.Fit(Noise.White(1, 38), 1, [0.8, 0.95]).IsSymmetric);
        Assert.False(ConformalIntervals.Fit(Noise.White(1, 39), 1, [0.8, 0.95]).IsSymmetric);
    }

    [Fact]
    public void Each_output_has_its_own_width_and_each_row_its_scale()
    {
        double[] noise = Noise.White(3, 100);
        double[] scales = [.. Enumerable.Range(1, 100).Select(i => (double)i)];
        double[] residuals = [.. Enumerable.Range(0, 100).SelectMany(i => new[] { noise[i] * scales[i], 10 * noise[i] * scales[i] })];
        ConformalIntervals scaled = ConformalIntervals.FitAsymmetric(residuals, 2, [0.8], scales), plain = ConformalIntervals.FitAsymmetric(noise, 1, [0.8]);
        Assert.Equal(plain.Upper(0, 0), scaled.Upper(0, 0), 1e-12);
        Assert.Equal(10 * plain.Lower(0, 0), scaled.Lower(0, 1), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_higher_level_is_never_narrower(bool symmetric)
    {
        double[] levels = [.. Enumerable.Range(1, 98).Select(i => i / 99.0)];
        for (int seed = 0; seed < 20; seed++)
        {
            double[] residuals = Skewed(seed, 30);
            ConformalIntervals intervals = Fit(symmetric, residuals, levels);
            for (int i = 1; i < levels.Length; i++)
            {
                Assert.True(intervals.Lower(i, 0) <= intervals.Lower(i - 1, 0));
                Assert.True(intervals.Upper(i, 0) >= intervals.Upper(i - 1, 0));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Exchangeable_values_are_covered_as_often_as_the_level_says(bool symmetric)
    {
        const int Seeds = 4000;
        double[] levels = [0.5, 0.8, 0.95];
        int[] covered = new int[3];
        for (int seed = 0; seed < Seeds; seed++)
        {
            // With 199 residuals, each (n + 1)(1 - level)/2 is whole, so that the coverage is the level and no more.
            double[] values = Skewed(seed, 200);
            ConformalIntervals intervals = Fit(symmetric, values[1..], levels);
            for (int i = 0; i < levels.Length; i++)
                if (intervals.Lower(i, 0) <= values[0] && values[0] <= intervals.Upper(i, 0)) covered[i]++;
        }

        for (int i = 0; i < levels.Length; i++)
            Assert.Equal(levels[i], (double)covered[i] / Seeds, 4 * Math.Sqrt(levels[i] * (1 - levels[i]) / Seeds));
    }

    /// <summary>A level that changes from row to row gives, at a level that was fitted, the bounds that were fitted.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bounds_of_any_level_are_those_that_are_fitted(bool symmetric)
    {
        double[] levels = [.. Enumerable.Range(1, 98).Select(i => i / 99.0), 0.8, 0.95];
        for (int count = 1; count < 60; count++)
        {
            ConformalIntervals intervals = Fit(symmetric, Skewed(count, count), levels);
            for (int i = 0; i < levels.Length; i++) Assert.Equal((intervals.Lower(i, 0), intervals.Upper(i, 0)), intervals.Offsets(levels[i], 0));
        }
    }

    [Fact]
    public void What_has_no_sense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ConformalIntervals.Fit([1, 2, 3], 2, [0.8]));
        Assert.Throws<ArgumentException>(() => ConformalIntervals.Fit([1, 2, 3], 1, [0.8], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConformalIntervals.Fit([1], 1, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConformalIntervals.Fit([1], 1, [0.5]).Upper(1, 0));
    }

    private static double[] Skewed(int seed, int count) => [.. Noise.White(seed, count).Select(Math.Exp)];

    private static ConformalIntervals Fit(bool symmetric, double[] residuals, double[] levels) =>
        symmetric ? ConformalIntervals.FitSymmetric(residuals, 1, levels) : ConformalIntervals.FitAsymmetric(residuals, 1, levels);
}

using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Data.Splits;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

public class BackTransformTests
{
    private const double Level = 6, Noise = 1.5;

    /// <summary>Independent noise around a level: no window says anything of the next row, so the best forecast is the mean of all.</summary>
    private static readonly double[] Roots = Gaussians(4000);

    [Theory]
    [InlineData(ValueTransform.Sqrt, TargetBase.None)]
    [InlineData(ValueTransform.Sqrt, TargetBase.Last)]
    [InlineData(ValueTransform.Log, TargetBase.None)]
    public void The_noise_that_is_fitted_is_the_noise_that_is_there(ValueTransform transform, TargetBase relativeTo)
    {
        var stored = Preparation.FromJson(Prepare(transform, relativeTo, BackTransform.Mean).Preparation);
        double expected = transform == ValueTransform.Log ? Noise * Noise / 100 : Noise * Noise;
        Assert.InRange(Assert.Single(stored.NoiseVariances!), 0.93 * expected, 1.07 * expected);
    }

    [Fact]
    public void A_mean_has_less_squared_error_than_a_median_and_no_bias()
    {
        var (meanBias, meanError) = ErrorsOf(BackTransform.Mean);
        var (medianBias, medianError) = ErrorsOf(BackTransform.Median);
        Assert.InRange(Math.Abs(meanBias), 0, 0.6); // of values around 38 with a deviation of 18, over 3,000 rows
        Assert.InRange(medianBias, -Noise * Noise - 0.6, (-Noise * Noise) + 0.6);
        Assert.True(meanError < medianError);
    }

    [Fact]
    public void A_trained_network_forecasts_another_file_with_the_same_noise()
    {
        var task = Prepare(ValueTransform.Sqrt, TargetBase.Last, BackTransform.Mean);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv");
        try
        {
            File.WriteAllLines(path, ["x", .. Roots.Take(40).Select(root => (root * root).ToString("R", System.Globalization.CultureInfo.InvariantCulture))]);
            var again = ForecastTask.LoadTrained(task.Preparation, path);
            double last = Roots[39];
            Assert.Equal((last * last) + Preparation.FromJson(task.Preparation).NoiseVariances![0] + (2 * last * again.Targets[0].Scale.Offset),
                again.Restore(again.Next, [0])[0], 0.01);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (double Bias, double SquaredError) ErrorsOf(BackTransform back)
    {
        var task = Prepare(ValueTransform.Sqrt, TargetBase.None, back);
        var test = task.Test!;
        double[] forecasts = task.Restore(test, new float[test.Rows]); // 0 is the mean root
        double[] errors = [.. forecasts.Select((forecast, row) => forecast - (Roots[test.FirstOrigin + row] * Roots[test.FirstOrigin + row]))];
        return (errors.Average(), errors.Average(error => error * error));
    }

    private static ForecastTask Prepare(ValueTransform transform, TargetBase relativeTo, BackTransform back)
    {
        double[] values = [.. Roots.Select(root => transform == ValueTransform.Log ? PortableMath.Exp(root / 10) : root * root)];
        var spec = new ForecastDataSpec
        {
            Targets = ["x"],
            Window = 12,
            Transform = transform,
            RelativeTo = relativeTo,
            BackTransform = back,
            Split = new SplitSpec(1000, 0, 3000),
        };
        return ForecastTask.Prepare(spec, new Table("test", [new Column("x", values)]));
    }

    private static double[] Gaussians(int count)
    {
        var random = new RandomSequence(new PhiloxKey(5));
        double[] values = new double[count];
        for (int i = 0; i < count; i++) values[i] = Level + (Noise * random.NextGaussian());
        return values;
    }
}

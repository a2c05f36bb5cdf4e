using System.Globalization;
using CsCheck;
using MathNet.Numerics.LinearAlgebra;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Tests.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Baselines;

public class BaselineTests
{
    [Fact]
    public void A_season_that_repeats_is_forecast_exactly_many_seasons_ahead()
    {
        Table table = new("seasons", [new Column("x", [.. Enumerable.Range(0, 120).Select(i => (double)(i * i % 7))])]);
        ForecastTask task = ForecastTask.Prepare(new() { Targets = ["x"], Window = 3, Horizon = 17, Season = 7, Split = new(60, 0, 60) }, table);
        BaselineResult seasonal = task.CompareBaselines(task.Test!).Single(result => result.Key == "seasonal");
        Assert.Equal("seasonal (7)", seasonal.Name);
        Assert.Equal(0, seasonal.Report.Metrics["rmse"]);
    }

    [Fact]
    public void The_last_value_of_a_straight_line_is_as_many_slopes_away_as_the_step()
    {
        Table table = new("line", [new Column("x", [.. Enumerable.Range(0, 60).Select(i => 2.0 * i)])]);
        ForecastTask task = ForecastTask.Prepare(new() { Targets = ["x"], Window = 3, Horizon = 3 }, table);
        Assert.Equal((2 + 4 + 6) / 3.0, task.CompareBaselines(task.Test!)[0].Report.Metrics["mae"], 1e-9);
    }

    [Fact]
    public void A_series_that_is_linear_in_its_past_is_forecast_almost_exactly()
    {
        double[] x = new double[300];
        (x[0], x[1]) = (1, 0.5);
        for (int i = 2; i < x.Length; i++) x[i] = (1.8 * x[i - 1]) - x[i - 2] + 0.3;
        ForecastTask task = ForecastTask.Prepare(new() { Targets = ["x"], Window = 4, Horizon = 2 }, new("oscillation", [new Column("x", x)]));
        Assert.InRange(task.CompareBaselines(task.Test!).Single(result => result.Key == "linear").Report.Metrics["r2"], 0.999999, 1);
    }

    [Fact]
    public void The_linear_forecast_is_that_of_a_plain_ridge_regression() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 6], Gen.Int[1, 3], Gen.Enum<TargetBase>(), Gen.Double[-3, 3].Array[97], Gen.Bool).Sample(
            (columns, window, horizon, relativeTo, noise, hasValidation) =>
            {
                ForecastDataSpec spec = WindowDatasetTests.Spec(columns, 1) with
                {
                    Window = window,
                    Horizon = horizon,
                    RelativeTo = relativeTo,
                    Season = 5,
                    Split = hasValidation ? new(120, 40, 40) : new(160, 0, 40),
                };
                Table table = TestTables.Of(200, columns, noise);
                ForecastTask task = ForecastTask.Prepare(spec, table);
                BaselineResult linear = task.CompareBaselines(task.Test!).Single(result => result.Key == "linear");
                double penalty = double.Parse(linear.Name.Split("ridge ")[1].TrimEnd(')'), CultureInfo.InvariantCulture);
                float[] outputs = PlainRidge(task, table, penalty);
                Assert.Equal(task.Report(task.Test!, outputs).Metrics["rmse"], linear.Report.Metrics["rmse"], 1e-4);
            }, iter: 60);

    /// <summary>Inputs divided by their columns' deviations, everything centred, W = (XᵀX/n + λI)⁻¹ XᵀY/n.</summary>
    private static float[] PlainRidge(ForecastTask task, Table table, double penalty)
    {
        int end = task.Train.FirstOrigin + task.Train.Rows;
        double[] deviations = [.. table.Columns.Select(column => Deviation(column.Values[..end]))];
        Matrix<double> x = Inputs(task.Train, deviations), y = Targets(task.Train);
        Vector<double> inputMeans = x.ColumnSums() / x.RowCount, targetMeans = y.ColumnSums() / y.RowCount;
        x = Centred(x, inputMeans);
        Matrix<double> covariance = (x.TransposeThisAndMultiply(x) / x.RowCount) + (Matrix<double>.Build.DenseIdentity(x.ColumnCount) * penalty);
        Matrix<double> weights = covariance.Inverse() * (x.TransposeThisAndMultiply(Centred(y, targetMeans)) / x.RowCount);
        Matrix<double> predicted = Centred(Inputs(task.Test!, deviations), inputMeans) * weights;
        return [.. predicted.EnumerateRows().SelectMany(row => row.Add(targetMeans)).Select(value => (float)value)];
    }

    private static double Deviation(double[] values) => Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));

    private static Matrix<double> Inputs(WindowDataset part, double[] deviations)
    {
        Batch batch = TestTables.ReadAll(part);
        int width = deviations.Length;
        float[] inputs = batch.Inputs.ToArray();
        return Matrix<double>.Build.Dense(
            part.Rows, part.Steps * width, (b, f) => inputs[(((f / width * part.Rows) + b) * width) + (f % width)] / deviations[f % width]);
    }

    private static Matrix<double> Targets(WindowDataset part)
    {
        float[] targets = TestTables.ReadAll(part).Targets.ToArray();
        return Matrix<double>.Build.Dense(part.Rows, part.Target.Outputs, (b, o) => targets[(b * part.Target.Outputs) + o]);
    }

    private static Matrix<double> Centred(Matrix<double> matrix, Vector<double> means) =>
        Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (i, j) => matrix[i, j] - means[j]);
}

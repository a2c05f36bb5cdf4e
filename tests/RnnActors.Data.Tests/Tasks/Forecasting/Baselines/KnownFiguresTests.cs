using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Baselines;

/// <summary>The simple forecasts on public series give the figures that are known of them.</summary>
public class KnownFiguresTests(ITestOutputHelper output)
{
    [SharedDataFact]
    public void Monthly_sunspots()
    {
        Dictionary<string, ForecastReport> reports =
            Compare(new() { Path = "sunspots/monthly-sunspots.csv", Targets = ["Sunspots"], Split = new(2256, 0, 564) });
        Assert.Equal(20.09, Rmse(reports["last_value"]), 0.005);
        Assert.Equal(14.84, reports["last_value"].Metrics[MetricNames.MeanAbsoluteError], 0.005);
        Assert.Equal(18.21, Rmse(reports["linear"]), 0.005);
    }

    [SharedDataFact]
    public void Daily_minimum_temperatures()
    {
        Dictionary<string, ForecastReport> reports = Compare(new()
        {
            Path = "daily-temperatures/daily-min-temperatures.csv",
            Targets = ["Temp"],
            Window = 20,
            Season = 365,
            Split = new(2920, 0, 730),
        });
        Assert.Equal(2.481, Rmse(reports["last_value"]), 0.0005);
        Assert.Equal(3.728, Rmse(reports["seasonal"]), 0.0005);
        Assert.Equal(2.206, Rmse(reports["linear"]), 0.001);
    }

    [SharedDataFact]
    public void Airline_passengers()
    {
        ForecastDataSpec spec = new()
        {
            Path = "airline-passengers/airline-passengers.csv",
            Targets = ["Passengers"],
            Window = 12,
            Season = 12,
            Split = new(96, 0, 48),
        };
        Dictionary<string, ForecastReport> reports = Compare(spec);
        Assert.Equal(48.04, Rmse(reports["last_value"]), 0.005);
        Assert.Equal(41.85, Rmse(reports["seasonal"]), 0.005);
        Assert.Equal(21.1, Rmse(reports["linear"]), 0.2);
        Assert.Equal(12.7, Rmse(Compare(spec with { Transform = ValueTransform.Log, Window = 24 })["linear"]), 0.05);
    }

    [SharedDataFact]
    public void Transformer_temperature_in_deviations_of_the_training_rows()
    {
        ForecastDataSpec spec = new()
        {
            Path = "etth1/ETTh1.csv",
            Time = "date",
            Targets = ["OT"],
            Window = 96,
            Horizon = 24,
            Split = new(8640, 2880, 2880),
        };
        Dictionary<string, ForecastReport> reports = Compare(spec);
        Assert.Equal(0.034, reports["last_value"].Standardised[MetricNames.MeanSquaredError], 0.0005);
        Assert.Equal(0.139, reports["last_value"].Standardised[MetricNames.MeanAbsoluteError], 0.0005);
    }

    [SharedDataFact]
    public void All_columns_of_the_transformer_a_day_before()
    {
        ForecastDataSpec spec = new()
        {
            Path = "etth1/ETTh1.csv",
            Time = "date",
            Targets = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"],
            Window = 24,
            Horizon = 48,
            Season = 24,
            Split = new(8640, 2880, 2880),
        };
        ForecastReport seasonal = Compare(spec)["seasonal"];
        Assert.Equal(0.465, seasonal.Standardised[MetricNames.MeanSquaredError], 0.0005);
        Assert.Equal(0.407, seasonal.Standardised[MetricNames.MeanAbsoluteError], 0.0005);
    }

    private Dictionary<string, ForecastReport> Compare(ForecastDataSpec spec)
    {
        ForecastTask task = ForecastTask.Load(spec, SharedDataFactAttribute.Folder);
        IReadOnlyList<BaselineResult> results = task.CompareBaselines(task.Test!);
        foreach (BaselineResult result in results) output.WriteLine($"{result.Name}: {result.Report.Metrics}; standardised {result.Report.Standardised}");
        return results.ToDictionary(result => result.Key, result => result.Report);
    }

    private static double Rmse(ForecastReport report) => report.Metrics[MetricNames.RootMeanSquaredError];
}

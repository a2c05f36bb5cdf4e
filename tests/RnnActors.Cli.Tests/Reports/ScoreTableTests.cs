using RnnActors.Cli.Reports;
using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks;
using Spectre.Console.Testing;
using Xunit;

namespace RnnActors.Cli.Tests.Reports;

public class ScoreTableTests
{
    [Theory]
    [InlineData(1.0, 2.0, false)]
    [InlineData(2.0, 1.0, true)]
    public void A_network_that_loses_to_a_simple_forecast_is_told_so(double network, double lastValue, bool isTold)
    {
        using var console = new TestConsole();
        ScoreTable.Write(console, new Score("3 windows of the test rows", "lstm", Metrics(network), [])
        {
            Baselines = [new("seasonal", "seasonal", Metrics(3)), new("last_value", "last value", Metrics(lastValue))],
            DecidingMetric = MetricNames.RootMeanSquaredError,
        });
        Assert.Equal(isTold, console.Output.Contains("worse than the last value", StringComparison.Ordinal));
    }

    private static MetricList Metrics(double error) => ValueMetrics.Compute([1, 2, 4], [1 + error, 2 + error, 4 - error]);
}

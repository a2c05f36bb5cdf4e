using RnnActors.Cli.Reports;
using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Stories;
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

    [Fact]
    public void What_the_losses_tell_comes_before_what_often_helps()
    {
        Score score = new("3 windows of the test rows", "lstm", Metrics(2), [])
        {
            Baselines = [new("last_value", "last value", Metrics(1))],
            DecidingMetric = MetricNames.RootMeanSquaredError,
            Advice = "Try dropout.",
        };
        using var alone = new TestConsole();
        ScoreTable.Write(alone, score);
        Assert.Contains("Try dropout.", alone.Output, StringComparison.Ordinal);
        using var told = new TestConsole();
        ScoreTable.Write(told, score, new Verdict(Standing.Worse, Fit.Under, "", [], ["Train longer."]));
        Assert.Contains("Train longer.", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Try dropout.", told.Output, StringComparison.Ordinal);
    }

    private static MetricList Metrics(double error) => ValueMetrics.Compute([1, 2, 4], [1 + error, 2 + error, 4 - error]);
}

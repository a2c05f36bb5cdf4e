using RnnActors.Cli.Html;
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

    /// <summary>Who runs alone has won nothing.</summary>
    [Fact]
    public void Only_what_a_rival_has_too_is_the_best_of_its_column()
    {
        using var console = new TestConsole();
        Score score = new("3 windows of the test rows", "lstm", Metrics(1).With(MetricNames.Perplexity, 8.25), [])
        {
            Baselines = [new("last_value", "last value", Metrics(2))],
        };
        ScoreTable.Write(console, score);
        Assert.Contains("8.25", console.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("8.25*", console.Output, StringComparison.Ordinal);
        Assert.Matches(@"\d\*", console.Output);

        var html = new HtmlWriter();
        ScoreHtml.Write(html, StoryScore.Of(score));
        Assert.Matches(@"8\.25\d*</td>", html.ToString());
        Assert.Contains("★", html.ToString(), StringComparison.Ordinal);
    }

    private static MetricList Metrics(double error) => ValueMetrics.Compute([1, 2, 4], [1 + error, 2 + error, 4 - error]);
}

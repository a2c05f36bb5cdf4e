using RnnActors.Cli.Display;
using RnnActors.Cli.Plots;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Views;
using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Reports;
using Spectre.Console.Testing;
using Xunit;

namespace RnnActors.Cli.Tests.Views;

public class BacktestRunTests
{
    /// <summary>Dates and names stay whole; of a narrow terminal the hashes are left to the report.</summary>
    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public void Dates_and_names_stay_whole_at_the_widths_of_terminals(int width)
    {
        MetricList metrics = new(((string[])["mse", "rmse", "mae", "smape", "r2", "mase"]).Select((name, i) => KeyValuePair.Create(name, 123.456 + i)));
        var report = new BacktestReport([.. ((string[])["2023-12-24", "2024-01-07"]).Select(seen => new OriginReport(
            seen, "", "53d79a7f00000000", new Score("10 windows", "lstm", metrics, []) { Baselines = [new("linear", "linear autoregression", metrics)] }))]);
        using var console = new TestConsole().Width(width);
        BacktestRun.Write(console, report);
        string[] firsts = [.. console.Output.Split('\n').Select(line => line.TrimStart()).Where(line => line.Contains("123.5", StringComparison.Ordinal))];
        Assert.Equal(
            ["2023-12-24", "2024-01-07", "mean", "linear autoregression"],
            firsts.Select(line => line[..line.IndexOf("123.5", StringComparison.Ordinal)].TrimEnd()));
        Assert.DoesNotContain("…", console.Output, StringComparison.Ordinal);
        Assert.Equal(width >= 100, console.Output.Contains("53d79a7f", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_are_broken_between_words_where_somebody_looks_and_nowhere_else()
    {
        string text = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"word{i}"));
        foreach (bool isLive in (bool[])[false, true])
        {
            using var console = new TestConsole().Width(80);
            using StringWriter output = new(), error = new();
            new Terminal(output, error, console, isLive, TextPlotCharacters.Braille, new Invocation("rnnactors")).Say(text);
            string[] lines = output.ToString().TrimEnd().Split('\n');
            Assert.Equal(text, string.Join(' ', lines.Select(line => line.Trim())));
            if (isLive) Assert.All(lines, line => Assert.InRange(line.TrimEnd('\r').Length, 1, 80));
            else Assert.Single(lines);
        }
    }
}

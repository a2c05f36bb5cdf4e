using System.Globalization;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

public sealed class BacktestCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Origins_are_told_with_their_mean_a_table_and_a_picture()
    {
        string data = Shops();
        string[] arguments =
            ["backtest", data, "--target", "sales", "--series", "shop", "--window", "7", "--horizon", "3", "--origins", "2", "--epochs", "1", "--units", "4"];
        var told = await CommandRun.OfAsync([.. arguments, "--out", _folder.File("a")]);

        Assert.Equal(0, told.Code);
        Assert.Contains("Over 2 origins", told.Output, StringComparison.Ordinal);
        string[] cells = File.ReadAllLines(_folder.File("a/backtest.csv"));
        Assert.StartsWith("seen_until,shop,day,ahead,sales,sales_forecast,sales_lower80", cells[0], StringComparison.Ordinal);
        Assert.Equal(1 + (2 * 2 * 3), cells.Length);
        Assert.True(new FileInfo(_folder.File("a/backtest.png")).Length > 10_000);

        var json = await CommandRun.OfAsync([.. arguments, "--out", _folder.File("b"), "--json", "--no-plot"]);
        Assert.Equal("backtested", (string?)json.Last["event"]);
        Assert.Equal(2, json.Last["origins"]!.AsArray().Count);
        Assert.Contains(((string)json.Last["origins"]![0]!["parameters"]!)[..8], told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_set_what_a_specification_says()
    {
        var run = await CommandRun.OfAsync(
            "train", Shops(), "--target", "sales", "--series", "shop", "--window", "7", "--horizon", "2", "--epochs", "1", "--units", "5", "--layers", "2",
            "--batch", "9",
            "--learning-rate", "0.01", "--split", "rest,10,12", "--quantiles", "0.1,0.5,0.9", "--json", "--no-plot", "--out", _folder.File("run"));
        Assert.Equal(0, run.Code);
        var specification = run.Lines[0]["specification"]!;
        Assert.Equal(9, (int)specification["training"]!["batch"]!);
        Assert.Equal(0.01, (double)specification["training"]!["optimizer"]!["adam"]!["learningRate"]!);
        Assert.Equal("rest", (string?)specification["data"]!["split"]!["train"]);
        Assert.Equal([0.1, 0.5, 0.9], specification["training"]!["loss"]!["quantile"]!.AsArray().Select(level => (double)level!));
        Assert.Equal((5, 2), ((int)specification["model"]![0]!["lstm"]!, (int)specification["model"]![0]!["layers"]!));
        Assert.Equal(2, run.Last["intervals"]!.AsArray().Count);
        Assert.Equal(["series", "steps"], run.Last["groups"]!.AsObject().Select(group => group.Key));

        var refused = await CommandRun.OfAsync("train", Shops(), "--target", "sales", "--series", "shop", "--split", "1,2,3,4");
        Assert.Equal(2, refused.Code);
    }

    private string Shops() =>
        _folder.Write("shops.csv", "day,shop,sales\n" + string.Concat(Enumerable.Range(0, 90).SelectMany(day => Enumerable.Range(1, 2).Select(shop =>
        string.Create(CultureInfo.InvariantCulture, $"{new DateTime(2024, 1, 1).AddDays(day):yyyy-MM-dd},s{shop},{(shop * 10) + (day % 7)}\n")))));
}

using System.Globalization;
using RnnActors.Data.Tables;
using RnnActors.Data.Trained;
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
        Assert.Contains("backtest.png, .svg", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("backtest.csv, .svg", told.Output, StringComparison.Ordinal);

        var json = await CommandRun.OfAsync([.. arguments, "--out", _folder.File("b"), "--json", "--parallel", "2", "--plot-series", "s2"]);
        Assert.Equal("backtested", (string?)json.Last["event"]);
        Assert.Equal(2, json.Last["origins"]!.AsArray().Count);
        Assert.Contains(((string)json.Last["origins"]![0]!["parameters"]!)[..8], told.Output, StringComparison.Ordinal);
        Assert.Equal(cells, File.ReadAllLines(_folder.File("b/backtest.csv")));
        Assert.Equal([0, 1], json.Lines.Where(line => (string?)line["event"] == "epoch").Select(line => (int)line["origin"]!).Order());

        var refused = await CommandRun.OfAsync([.. arguments, "--out", _folder.File("c"), "--plot-series", "s3"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("no series 's3'", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("c/origin-1")));
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

    /// <summary>The series' own column, embedded: the same bits for any number of workers, and used in every way.</summary>
    [Fact]
    public async Task Categories_are_embedded()
    {
        string data = Shops(), run = _folder.File("embedded");
        string[] arguments = ["train", data, "--target", "sales", "--series", "shop", "--embed", "shop=3", "--window", "7", "--horizon", "2", "--epochs", "1",
            "--units", "4", "--json"];
        var trained = await CommandRun.OfAsync([.. arguments, "--workers", "3", "--out", run]);
        Assert.Equal(0, trained.Code);
        Assert.Equal(trained.Parameters, (await CommandRun.OfAsync([.. arguments, "--workers", "1", "--no-plot", "--out", _folder.File("one")])).Parameters);
        Assert.Equal(trained.Last["metrics"]!.ToJsonString(), (await CommandRun.OfAsync("evaluate", run, "--json")).Last["metrics"]!.ToJsonString());
        Assert.Contains("category_1.weight F32 [3, 3]", (await CommandRun.OfAsync("inspect", run)).Output, StringComparison.Ordinal);

        var predicted = await CommandRun.OfAsync("predict", run, "--rows", "3");
        Assert.Equal(0, predicted.Code);
        Assert.Equal(1 + (2 * 3), predicted.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var answer = TrainedModel.Load(run).Predict(TableFile.Read(data, new() { Time = "day" }));
        Assert.Equal(predicted.Output.Split('\n')[1].Split(',')[2], answer["sales"].Cells[0]);

        string others = _folder.Write("others.csv", File.ReadAllText(data).Replace(",s2,", ",s3,", StringComparison.Ordinal));
        Assert.Contains("no training row has s3", (await CommandRun.OfAsync("predict", run, others)).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.OfAsync("explain", run)).Code);
        Assert.Equal(0, (await CommandRun.OfAsync("export", run, "--pytorch")).Code);
        Assert.Equal(0, (await CommandRun.OfAsync("export", run, "--onnx")).Code);
        Assert.Contains("--embed shop", (await CommandRun.OfAsync([.. arguments, "--embed", "shop"])).All, StringComparison.Ordinal);
    }

    /// <summary>
    /// What is on offer, which chance decides, alone says what is sold: only a network that reads the categories of the rows that it forecasts can know it.
    /// </summary>
    [Fact]
    public async Task Categories_known_ahead_are_embedded_and_learnt()
    {
        string data = Offers("offers.csv", 0, 400, 8), run = _folder.File("offers");
        string[] arguments = ["train", data, "--target", "sales", "--input", "sales", "--series", "shop", "--embed", "offer=4", "--known", "offer", "--window",
            "3", "--horizon", "2", "--epochs", "12", "--units", "16", "--learning-rate", "0.02", "--set", "data.normalize=none", "--set", "data.calendar=[]",
            "--set", "training.earlyStopping=null", "--json"];
        var trained = await CommandRun.OfAsync([.. arguments, "--workers", "3", "--out", run]);
        Assert.Equal(0, trained.Code);
        Assert.InRange((double)trained.Last["metrics"]!["r2"]!, 0.95, 1);
        Assert.Equal(0, (await CommandRun.OfAsync([.. arguments, "--workers", "1", "--no-plot", "--max-steps", "70", "--out", _folder.File("part")])).Code);
        var resumed = await CommandRun.OfAsync("resume", _folder.File("part"), "--json");
        Assert.Equal(trained.Parameters, resumed.Parameters);
        Assert.Equal(trained.Last["metrics"]!.ToJsonString(), (await CommandRun.OfAsync("evaluate", run, "--json")).Last["metrics"]!.ToJsonString());

        // Behind the horizon too, as far as the file says what will be on offer.
        var predicted = await CommandRun.OfAsync("predict", run, "--rows", "8");
        Assert.Equal(0, predicted.Code);
        string[] lines = [.. predicted.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)];
        Assert.Equal(16, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            string[] fields = lines[i].Split(',');
            Assert.Equal(Sold(i / 8, 400 + (i % 8)), double.Parse(fields[2], CultureInfo.InvariantCulture), 6.0);
        }

        var answer = TrainedModel.Load(run).Predict(TableFile.Read(data, new() { Time = "day" }));
        Assert.Equal(lines.Take(2).Select(line => line.Split(',')[2]), answer["sales"].Cells.Take(2));
        var untold = await CommandRun.OfAsync("predict", run, "--rows", "9");
        Assert.Equal(2, untold.Code);
        Assert.Contains("Column 'offer' must be known for the 2 rows that are forecast of series s0, and the file has 0 such rows",
            untold.All.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        var explained = await CommandRun.OfAsync("explain", run, "--json");
        Assert.Equal(0, explained.Code);
        Assert.Contains("offer_ahead", explained.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.OfAsync("export", run, "--onnx")).Code);
    }

    private static int Offer(int shop, int day) => (int)((uint)(((day + 1) * 2654435761) ^ ((shop + 7) * 40503)) >> 16) % 12;

    private static int Sold(int shop, int day) => 100 + (Offer(shop, day) * 5 % 12 * 8);

    /// <param name="ahead">Days at the end of which only the offer is known.</param>
    private string Offers(string name, int first, int days, int ahead) =>
        _folder.Write(name, "day,shop,offer,sales\n" + string.Concat(Enumerable.Range(0, 2).SelectMany(shop =>
            Enumerable.Range(first, days + ahead).Select(day => string.Create(CultureInfo.InvariantCulture,
                $"{new DateTime(2024, 1, 1).AddDays(day):yyyy-MM-dd},s{shop},o{Offer(shop, day)},{(day < first + days ? Sold(shop, day) : "")}\n")))));

    private string Shops() =>
        _folder.Write("shops.csv", "day,shop,sales\n" + string.Concat(Enumerable.Range(0, 90).SelectMany(day => Enumerable.Range(1, 2).Select(shop =>
        string.Create(CultureInfo.InvariantCulture, $"{new DateTime(2024, 1, 1).AddDays(day):yyyy-MM-dd},s{shop},{(shop * 10) + (day % 7)}\n")))));
}

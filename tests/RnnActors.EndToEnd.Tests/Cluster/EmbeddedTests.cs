using System.Globalization;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>A forecast that embeds categories, one of them known ahead, on workers that are processes of their own: the bits of one process.</summary>
public sealed class EmbeddedTests : IDisposable
{
    private const string Shops = "shops.csv";

    private readonly TestCluster _cluster;

    public EmbeddedTests(ITestOutputHelper log)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        _cluster = new TestCluster(log);
        File.WriteAllText(_cluster.Place[Shops], "day,shop,offer,sales\n" + string.Concat(Enumerable.Range(0, 90).SelectMany(Day)));
    }

    public void Dispose() => _cluster?.Dispose();

    [SkippableFact]
    public void Embedded_categories_are_learnt_to_the_bits_of_one_process() => _cluster.Watch(() =>
    {
        string[] train =
        [
            "train", Shops, "--target", "sales", "--series", "shop", "--embed", "shop=3", "--embed", "offer=2", "--known", "offer", "--window", "7",
            "--horizon", "2", "--epochs", "10", "--units", "8", "--no-plot",
        ];
        _cluster.StartCoordinator();
        _cluster.StartWorker("first");
        _cluster.StartWorker("second", workers: 2);
        var run = _cluster.Bring(Shops, train);
        run.Await("workers_joined");
        string parameters = Rnnactors.Parameters(run.Await("done"));
        Assert.Equal(0, run.AwaitEnd().ExitCode);
        Assert.Equal(Rnnactors.Parameters(Rnnactors.RunToDone(_cluster.Place.Path, [.. train, "--out", "alone"])), parameters);
    });

    private static IEnumerable<string> Day(int day) => Enumerable.Range(1, 3).Select(shop => string.Create(
        CultureInfo.InvariantCulture,
        $"{new DateTime(2024, 1, 1).AddDays(day):yyyy-MM-dd},s{shop},{(day * day % 5 == 1 ? "half price" : "")},{(shop * 10) + (day * shop % 7)}\n"));
}

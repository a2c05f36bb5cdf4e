using RnnActors.Cli.Benchmarks;
using RnnActors.Core.Problems;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public sealed class ComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_mean_is_geometric_and_their_best_counts()
    {
        string path = _folder.Write("theirs",
            string.Join('\n', Line("a", 1, 10), Line("a", 1, 25), Line("a", 1, 20), Line("b", 1, 100), Line("a", 2, 50), Line("a", 1, 999, "generate")));
        var comparison = new Comparison(path, "train", [("a", 1), ("b", 1), ("a", 2), ("c", 1)]);
        Assert.Equal(25, comparison.Add(Ours("a", 1, 50))!.TokensPerSecond);
        Assert.NotNull(comparison.Add(Ours("b", 1, 800)));
        Assert.NotNull(comparison.Add(Ours("a", 2, 25)));
        Assert.Null(comparison.Add(Ours("c", 1, 1)));
        var summary = comparison.Summary().ToArray();
        Assert.Equal([(1, 2), (2, 1)], summary.Select(one => (one.Threads, one.Workloads)));
        Assert.Equal(4, summary[0].Mean, 1e-12); // √(2·8)
        Assert.Equal(2, summary[0].Min, 1e-12);
        Assert.Equal(0.5, summary[1].Mean, 1e-12);
    }

    [Fact]
    public void Threads_do_not_count_where_each_takes_its_own()
    {
        var comparison = new Comparison(_folder.Write("theirs", string.Join('\n', Line("a", 1, 10, "generate"), Line("a", 4, 20, "generate"))), "generate",
            [("a", 1)], anyThreads: true);
        Assert.Equal(20, comparison.Add(Ours("a", 2, 40))!.TokensPerSecond);
        Assert.Equal([(null, 2.0)], comparison.Summary().Select(one => (one.Threads, one.Mean)));
    }

    [Fact]
    public void A_file_with_nothing_in_common_is_refused() =>
        Assert.Throws<InvalidInputException>(() => new Comparison(_folder.Write("theirs", Line("a", 2, 1)), "train", [("a", 1), ("b", 2)]));

    private static string Line(string workload, int threads, double tokens, string mode = "train") =>
        $$"""{"mode":"{{mode}}","threads":{{threads}},"workload":"{{workload}}","tokens_per_s":{{tokens}}}""";

    private static WorkloadResult Ours(string workload, int threads, int tokens) => new("train", threads, workload, new StepTimes([1]), tokens, 1);
}

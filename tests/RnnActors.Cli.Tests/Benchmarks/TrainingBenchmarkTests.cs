using RnnActors.Cli.Benchmarks;
using RnnActors.Core.Problems;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks;

public class TrainingBenchmarkTests
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 8)]
    [InlineData(8, 8)]
    [InlineData(12, 12)]
    [InlineData(20, 20)]
    public void Every_thread_has_a_shard(int threads, int shards) => Assert.Equal(shards, TrainingBenchmark.ShardsFor(Workload.All[^1], threads));

    [Fact]
    public void More_threads_than_rows_are_refused() =>
        Assert.Contains("20 rows", Assert.Throws<InvalidInputException>(() => TrainingBenchmark.ShardsFor(Workload.All[^1], 21)).Message,
            StringComparison.Ordinal);
}

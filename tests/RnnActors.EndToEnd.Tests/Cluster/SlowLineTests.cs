using RnnActors.EndToEnd.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Lines that are slow and lossy, on every machine: <see cref="NetworkTests"/> has those of the kernel, where it has them.</summary>
public sealed class SlowLineTests : IDisposable
{
    private readonly ITestOutputHelper _log;
    private readonly SlowLines _lines;
    private readonly TestCluster _cluster;

    public SlowLineTests(ITestOutputHelper log)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Other systems have one loopback address.");
        _lines = new SlowLines(TimeSpan.FromMilliseconds(50), 0.01, Lengths.Seed(log));
        (_log, _cluster) = (log, new TestCluster(log) { Binding = _lines.Plug, Ports = (SlowLines.Port, SlowLines.ChannelPort) });
    }

    public void Dispose()
    {
        _cluster?.Dispose();
        _lines?.Dispose();
    }

    [SkippableFact]
    public void Lines_of_fifty_milliseconds_that_lose_every_hundredth_segment_change_nothing() => _cluster.Watch(() =>
    {
        _cluster.StartCoordinator();
        _cluster.StartWorker("worker-0");
        var leaves = _cluster.StartWorker("worker-1");
        var run = _cluster.Train(TestCluster.Words);
        run.Await("workers_joined");
        run.Await("workers_joined");
        run.AwaitProgress(10);
        leaves.Kill();
        run.Await("workers_lost");
        run.AwaitProgress(10);
        _cluster.StopAndCompare(run);
        _log.WriteLine($"{_lines.Carried.Bytes:N0} bytes were late, {_lines.Carried.Lost:N0} segments lost");
        Assert.InRange(_lines.Carried.Lost, 1, long.MaxValue);
    });
}

using RnnActors.Core.Kernels.Threads;
using RnnActors.Training.Threads;
using Xunit;

namespace RnnActors.Training.Tests.Threads;

public class ComputeAffinityTests
{
    [SkippableFact]
    public void Threads_that_take_every_processor_have_each_one_of_their_own_and_others_stay_free()
    {
        int processors = Environment.ProcessorCount;
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads keep to processors on Linux alone.");
        Skip.If(Allowed().Length != processors || processors == 1, "The test needs every processor of a machine that has several.");
        string[] settled = [.. Enumerable.Range(0, processors).Select(index => InThread(() => ComputeAffinity.Settle(index, processors)).Allowed)];

        Assert.Equal(Allowed(), settled.Select(int.Parse).Order());
        Assert.Equal(Allowed(), Parse(InThread(() => false).Allowed));
    }

    [SkippableTheory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Where_threads_are_fewer_or_more_than_processors_they_may_move(int more)
    {
        int count = Environment.ProcessorCount + more;
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads keep to processors on Linux alone.");
        Skip.If(count < 1, "The machine has one processor.");
        (bool settled, string allowed) = InThread(() => ComputeAffinity.Settle(0, count));
        Assert.False(settled);
        Assert.Equal(Allowed(), Parse(allowed));
    }

    [SkippableFact]
    public void A_thread_that_prefers_a_processor_may_still_run_on_every_other()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads keep to processors on Linux alone.");
        Assert.Equal(Allowed(), Parse(InThread(() =>
        {
            for (int worker = 0; worker < 5; worker++) ComputeAffinity.Prefer(worker);
            return true;
        }).Allowed));
    }

    [SkippableFact]
    public void As_many_threads_as_processors_are_kept_apart_the_last_on_the_first_one_until_they_are_freed()
    {
        int processors = Environment.ProcessorCount;
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads keep to processors on Linux alone.");
        Skip.If(Allowed().Length != processors || processors == 1, "The test needs every processor of a machine that has several.");
        string[] kept = [.. Enumerable.Range(0, processors).Select(index => InThread(() => ComputeAffinity.Keep(index)).Allowed)];

        Assert.Equal(Allowed().Reverse(), kept.Select(int.Parse));
        Assert.Equal(kept[0], InThread(() => ComputeAffinity.Keep(processors)).Allowed);
        Assert.Equal(Allowed(), Parse(InThread(() =>
        {
            bool isKept = ComputeAffinity.Keep(0);
            ProcessorAffinity.Free();
            return isKept;
        }).Allowed));
    }

    private static (bool Settled, string Allowed) InThread(Func<bool> settle)
    {
        (bool, string) result = default;
        var thread = new Thread(() => result = (settle(), Status()));
        thread.Start();
        thread.Join();
        return result;
    }

    private static int[] Allowed() => Parse(Status());

    private static string Status() =>
        File.ReadLines("/proc/thread-self/status").Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim();

    /// <summary>As the kernel writes sets: <c>0-3,8</c>.</summary>
    private static int[] Parse(string set) =>
        [.. set.Split(',').Select(part => part.Split('-').Select(int.Parse).ToArray()).SelectMany(range =>
            Enumerable.Range(range[0], range[^1] - range[0] + 1))];
}

using RnnActors.Core.Kernels.Threads;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Threads;

public class BackgroundThreadTests
{
    [SkippableFact]
    public async Task On_Linux_its_work_gives_way_and_other_threads_stay_as_they_were()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a niceness of their own on Linux alone.");
        int own = ThreadNiceness.Now(), thread = Environment.CurrentManagedThreadId;
        (int lowered, int[] processors, int other) = await BackgroundThread.Run(
            () => (ThreadNiceness.Now(), ProcessorAffinity.Current(), Environment.CurrentManagedThreadId), isLowest: true);
        Assert.Equal(BackgroundThread.MaxNiceness, lowered);
        Assert.Equal(ProcessorAffinity.Allowed[^1..], processors);
        Assert.NotEqual(thread, other);
        Assert.Equal(ProcessorAffinity.Allowed, ProcessorAffinity.Current());
        Assert.Equal(own, await BackgroundThread.Run(ThreadNiceness.Now));
        Assert.Equal(own, await Task.Run(ThreadNiceness.Now));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_its_work_throws_reaches_who_waits(bool isLowest) => Assert.Equal(
        "torn", (await Assert.ThrowsAsync<IOException>(() => BackgroundThread.Run<int>(() => throw new IOException("torn"), isLowest))).Message);

    /// <summary>Who waited was continued by the thread of the work, or by one of the pool that this thread started.</summary>
    [SkippableFact]
    public async Task On_Linux_who_waits_for_its_work_goes_on_with_the_usual_niceness()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a niceness of their own on Linux alone.");
        int own = ThreadNiceness.Now();
        for (int i = 0; i < 20; i++)
        {
            await BackgroundThread.Run(ThreadNiceness.Now, isLowest: true).ConfigureAwait(false);
            Assert.Equal(own, ThreadNiceness.Now());
        }
    }
}

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
        (int lowered, int other) = await BackgroundThread.Run(() => (ThreadNiceness.Now(), Environment.CurrentManagedThreadId), isLowest: true);
        Assert.Equal(BackgroundThread.MaxNiceness, lowered);
        Assert.NotEqual(thread, other);
        Assert.Equal(own, await BackgroundThread.Run(ThreadNiceness.Now));
        Assert.Equal(own, await Task.Run(ThreadNiceness.Now));
    }

    [Fact]
    public async Task What_its_work_throws_reaches_who_waits() =>
        Assert.Equal("torn", (await Assert.ThrowsAsync<IOException>(() => BackgroundThread.Run<int>(() => throw new IOException("torn")))).Message);
}

using System.Globalization;
using RnnActors.Data.Hosting;
using Xunit;

namespace RnnActors.Data.Tests.Hosting;

public class BackgroundThreadTests
{
    [SkippableFact]
    public async Task On_Linux_its_work_gives_way_and_other_threads_stay_as_they_were()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a niceness of their own on Linux alone.");
        int own = Niceness(), lowered = 0, thread = Environment.CurrentManagedThreadId, other = thread;
        await BackgroundThread.Run(() => (lowered, other) = (Niceness(), Environment.CurrentManagedThreadId));
        Assert.Equal(BackgroundThread.Niceness, lowered);
        Assert.NotEqual(thread, other);
        Assert.Equal(own, await Task.Run(Niceness));
    }

    [Fact]
    public async Task What_its_work_throws_reaches_who_waits() =>
        Assert.Equal("torn", (await Assert.ThrowsAsync<IOException>(() => BackgroundThread.Run(() => throw new IOException("torn")))).Message);

    /// <summary>The 19th field of the calling thread's state; its name, in brackets, may have spaces.</summary>
    private static int Niceness()
    {
        string state = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(state[(state.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}

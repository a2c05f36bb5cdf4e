using System.Globalization;
using RnnActors.Training.Worker;
using Xunit;

namespace RnnActors.Training.Tests.Worker;

public class ComputePriorityTests
{
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void On_Linux_a_computing_thread_of_a_cluster_is_nicer_than_the_others_and_they_stay_as_they_were(bool isInCluster)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a niceness of their own on Linux alone.");
        int before = 0, after = 0, other = 0;
        var thread = new Thread(() =>
        {
            before = Niceness();
            ComputePriority.Lower(isInCluster);
            after = Niceness();
            Assert.Equal(ThreadPriority.BelowNormal, Thread.CurrentThread.Priority);
        });
        thread.Start();
        thread.Join();
        var bystander = new Thread(() => other = Niceness());
        bystander.Start();
        bystander.Join();

        Assert.Equal(Math.Min(19, before + (isInCluster ? ComputePriority.Niceness : 0)), after);
        Assert.Equal(before, other);
    }

    /// <summary>The 19th field of the thread's <c>stat</c>, counted after the name, which may have blanks.</summary>
    private static int Niceness()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}

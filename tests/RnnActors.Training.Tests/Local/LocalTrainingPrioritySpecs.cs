using System.Collections.Concurrent;
using System.Globalization;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Local;
using Xunit;

namespace RnnActors.Training.Tests.Local;

/// <summary>A training beside other work: its threads take what is left, and no thread of anybody else is slowed down by it.</summary>
public class LocalTrainingPrioritySpecs
{
    private const int UsualPolicy = 0;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task On_Linux_all_that_a_run_of_low_priority_computes_and_writes_has_the_idle_policy(bool inTeams)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a policy of their own on Linux alone.");
        var job = inTeams ? TestJobs.CreateForTeams("lstm") : AnswerKey.Create("lstm");
        var key = AnswerKey.Of(job);
        ConcurrentBag<int> reading = [], writing = [];
        var looking = new Looking(new ConcurrentDictionary<int, int>());
        var data = new ObservedDataset(job.Data, (_, _) =>
        {
            reading.Add(Policy("/proc/thread-self"));
            while (inTeams && looking.Policies.Count < 2) ThreadTeam.Run(ref looking);
            return false;
        });
        var outcome = await Run(job with { Data = data }, new ObservedSink(_ => writing.Add(Policy("/proc/thread-self"))),
            inTeams ? new WorkerTeams(1, 2) : new WorkerTeams(2, 1));
        Assert.Equal([BackgroundThread.IdlePolicy], reading.Distinct());
        Assert.All(looking.Policies.Values, policy => Assert.Equal(BackgroundThread.IdlePolicy, policy));
        Assert.Equal(inTeams ? 2 : 0, looking.Policies.Count);
        Assert.Equal([BackgroundThread.IdlePolicy], writing.Distinct());
        SameState.Assert(key.State, outcome.State);
    }

    /// <summary>
    /// .NET's pool starts a thread from the one that gives it work, and Linux hands the policy on: threads that answer requests would have it until they end.
    /// </summary>
    [SkippableFact]
    public async Task On_Linux_no_thread_of_the_pool_is_started_by_one_of_low_priority()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a policy of their own on Linux alone.");
        ThreadPool.GetMinThreads(out int before, out int others);
        using var over = new ManualResetEventSlim();
        const int Busy = 32;
        try
        {
            // All that the pool has is busy, and it may have more: whoever gives it work starts a thread.
            ThreadPool.SetMinThreads(4 * Busy, others);
            for (int i = 0; i < Busy; i++) ThreadPool.QueueUserWorkItem(_ => over.Wait());
            for (int i = 0; i < 5; i++) await Run(AnswerKey.Create("lstm", epochs: 2), new ObservedSink(), new WorkerTeams(2, 1));
            Assert.Equal([UsualPolicy], Directory.GetDirectories("/proc/self/task").Where(IsOfPool).Select(Policy).Distinct());
        }
        finally
        {
            over.Set();
            ThreadPool.SetMinThreads(before, others);
        }
    }

    private static Task<TrainingOutcome> Run(TrainingJob job, ICheckpointSink sink, WorkerTeams teams) => LocalTraining.RunAsync(
        job, new LocalTrainingOptions { Workers = teams.Threads, Teams = teams, Checkpoints = sink, HasLowPriority = true })
        .WaitAsync(TimeSpan.FromSeconds(120));

    private static bool IsOfPool(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(".NET TP Worker", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has ended
        }
    }

    /// <summary>The 41st field of a thread's <c>stat</c>, counted after the name, which may have blanks.</summary>
    private static int Policy(string thread)
    {
        string stat = File.ReadAllText(Path.Combine(thread, "stat"));
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[38], CultureInfo.InvariantCulture);
    }

    /// <summary>What each thread of a team has.</summary>
    /// <param name="policies">By the thread's number.</param>
    private readonly struct Looking(ConcurrentDictionary<int, int> policies) : ITeamWork
    {
        public ConcurrentDictionary<int, int> Policies => policies;

        public void Compute(int part, int parts)
        {
            var all = policies;
            all[Environment.CurrentManagedThreadId] = Policy("/proc/thread-self");

            // A thread that is helped leaves its helper some time to come; no part may wait for ever.
            if (part == 0) SpinWait.SpinUntil(() => all.Count == parts, TimeSpan.FromMilliseconds(100));
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Tests;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Local;
using Xunit;

namespace RnnActors.Training.Tests.Local;

/// <summary>A training beside other work: its threads take what is left, and no thread of anybody else is slowed down by it.</summary>
public class LocalTrainingPrioritySpecs
{
    /// <summary>Threads that leave a processor to others stay aside, on the last ones; if there is none to leave, they have the idle policy.</summary>
    [SkippableTheory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public async Task On_Linux_all_that_a_run_of_low_priority_computes_and_writes_gives_way(int workers, int threadsOfEach)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a policy of their own on Linux alone.");
        bool inTeams = threadsOfEach > 1;
        int threads = workers * threadsOfEach;
        var job = inTeams ? TestJobs.CreateForTeams("lstm") : AnswerKey.Create("lstm");
        var key = AnswerKey.Of(job);
        ConcurrentBag<Place> reading = [], writing = [];
        var looking = new Looking(new ConcurrentDictionary<int, Place>());
        var data = new ObservedDataset(job.Data, (_, _) =>
        {
            reading.Add(Place.Here());
            while (inTeams && looking.Places.Count < 2) ThreadTeam.Run(ref looking);
            return false;
        });
        var outcome = await Run(job with { Data = data }, new ObservedSink(_ => writing.Add(Place.Here())), new WorkerTeams(workers, threadsOfEach));
        Assert.Equal([Place.Aside(threads)], reading.Distinct());
        Assert.All(looking.Places.Values, place => Assert.Equal(Place.Aside(threads), place));
        Assert.Equal(inTeams ? 2 : 0, looking.Places.Count);
        Assert.Equal([Place.Aside(1)], writing.Distinct());
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
            foreach (int workers in new[] { 1, 2, 1, 2 }) await Run(AnswerKey.Create("lstm", epochs: 2), new ObservedSink(), new WorkerTeams(workers, 1));
            Assert.Equal([Place.Usual], Directory.GetDirectories("/proc/self/task").Where(IsOfPool).Select(Place.Of).Distinct());
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

    /// <summary>What each thread of a team has.</summary>
    /// <param name="places">By the thread's number.</param>
    private readonly struct Looking(ConcurrentDictionary<int, Place> places) : ITeamWork
    {
        public ConcurrentDictionary<int, Place> Places => places;

        public void Compute(int part, int parts)
        {
            var all = places;
            all[Environment.CurrentManagedThreadId] = Place.Here();

            // A thread that is helped leaves its helper some time to come; no part may wait for ever.
            if (part == 0) SpinWait.SpinUntil(() => all.Count == parts, TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>What Linux's scheduler knows of a thread.</summary>
    /// <param name="Processors">Those that it may run on: <c>0, 1</c>.</param>
    private sealed record Place(int Policy, int Niceness, string Processors)
    {
        private const int UsualPolicy = 0;

        /// <summary>Of a thread that nothing was asked of.</summary>
        public static Place Usual { get; } = new(UsualPolicy, ThreadNiceness.Now(), string.Join(", ", ProcessorAffinity.Allowed.ToArray()));

        /// <summary>Of threads that give way, so many together.</summary>
        public static Place Aside(int threads) => threads < ProcessorAffinity.Allowed.Length
            ? new(UsualPolicy, BackgroundThread.MaxNiceness, string.Join(", ", ProcessorAffinity.Allowed[^threads..].ToArray()))
            : Usual with { Policy = BackgroundThread.IdlePolicy };

        public static Place Here() => Of("/proc/thread-self");

        /// <summary>The fields 19 and 41 of a thread's <c>stat</c>, counted after the name, which may have blanks; and a line of its <c>status</c>.</summary>
        public static Place Of(string thread)
        {
            string stat = File.ReadAllText(Path.Combine(thread, "stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            string allowed = File.ReadLines(Path.Combine(thread, "status")).First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
            return new Place(Number(fields[38]), Number(fields[16]), string.Join(", ", allowed.Split(':')[1].Split(',').SelectMany(Range)));

            static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

            static IEnumerable<int> Range(string range) =>
                range.Split('-') is var ends && Number(ends[0]) is var first ? Enumerable.Range(first, Number(ends[^1]) - first + 1) : [];
        }
    }
}

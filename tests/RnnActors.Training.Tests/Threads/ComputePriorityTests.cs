using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Tests;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Threads;
using RnnActors.Training.Worker;
using Xunit;

namespace RnnActors.Training.Tests.Threads;

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
            before = ThreadNiceness.Now();
            ComputePriority.Lower(isInCluster ? ComputeShare.Cluster : ComputeShare.Full, threads: 1);
            after = ThreadNiceness.Now();
            Assert.Equal(ThreadPriority.BelowNormal, Thread.CurrentThread.Priority);
        });
        thread.Start();
        thread.Join();
        var bystander = new Thread(() => other = ThreadNiceness.Now());
        bystander.Start();
        bystander.Join();

        Assert.Equal(Math.Min(19, before + (isInCluster ? ComputePriority.Niceness : 0)), after);
        Assert.Equal(before, other);
    }

    /// <summary>A helper begins with the niceness of the worker that starts it; were it lowered again, the worker would wait for it.</summary>
    [SkippableTheory]
    [InlineData("cluster", ComputePriority.Niceness)]
    [InlineData("local", 0)]
    public async Task On_Linux_a_workers_helpers_are_exactly_as_nice_as_it_is(string provider, int nicer)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Threads have a niceness of their own on Linux alone.");
        var job = TestJobs.CreateForTeams("lstm");
        var looking = new Looking(new ConcurrentDictionary<int, int>());
        var data = new ObservedDataset(job.Data, (_, _) =>
        {
            // A helper that has come to a part has settled before.
            Assert.Equal(2, ThreadTeam.ThreadsHere);
            while (looking.Niceness.Count < 2) ThreadTeam.Run(ref looking);
            return false;
        });
        var defaults = provider == "local" ? ActorSystemConfiguration.Local() : ActorSystemConfiguration.Remote();
        var configuration = ConfigurationFactory.ParseString($"akka {{ actor.provider = {provider}, remote.dot-netty.tcp {{ hostname = 127.0.0.1, port "
            + $"= 0 }} }}");
        using var system = ActorSystem.Create("workers", configuration.WithFallback(defaults));
        using var inbox = Inbox.Create(system);
        var node = system.ActorOf(WorkerNode.Props(2, inbox.Receiver));
        inbox.Send(node, new PrepareRun(job with { Data = data }, [], 0));
        inbox.Send(node, new ParametersPublished(0, job.Model.CreateParameters(1)));
        var order = new ShardOrder(new WorkerId(0), new ShardRange(0, job.Training.Shards), 0);
        inbox.Send(node, new ComputeShards(0, job.CreatePlan().NextRows(TrainingProgress.Start), default, [order]));
        while (inbox.Receive(TimeSpan.FromSeconds(60)) is var answer and not ShardsComputed) Assert.True(answer is NodeJoined or NodePrepared, $"{answer}");
        await system.Terminate();
        int expected = Math.Min(19, ThreadNiceness.Now() + nicer);
        Assert.Equal([expected, expected], looking.Niceness.Values);
    }

    /// <summary>What each thread of a team is.</summary>
    /// <param name="niceness">By the thread's number.</param>
    private readonly struct Looking(ConcurrentDictionary<int, int> niceness) : ITeamWork
    {
        public ConcurrentDictionary<int, int> Niceness => niceness;

        public void Compute(int part, int parts)
        {
            var all = niceness;
            all[Environment.CurrentManagedThreadId] = ThreadNiceness.Now();

            // A thread that is helped leaves its helper some time to come; no part may wait for ever.
            if (part == 0) SpinWait.SpinUntil(() => all.Count == parts, TimeSpan.FromMilliseconds(100));
        }
    }
}

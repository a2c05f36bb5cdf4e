using CsCheck;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

/// <summary>Whatever nodes and lines suffer, in the end there is one cluster.</summary>
public class GatheringTests
{
    private enum Event
    {
        Kill,
        Start,
        Move,
        Heal,
        Tear,
        Freeze,
        Wake,
        Pass,
    }

    private static readonly Gen<(Event Event, int Node, int Side)[]> Histories = Gen.Select(Gen.Enum<Event>(), Gen.Int[0, 6], Gen.Int[0, 2]).Array[0, 60];

    [Fact]
    public void After_any_crashes_cuts_and_torn_clusters_there_is_one_cluster_of_all() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int[1, 4], Histories).Sample((candidates, workers, named, history) =>
        {
            var world = new SimulatedWorld(candidates, workers, Math.Min(named, candidates));
            foreach (var (happened, node, side) in history) Let(world, happened, node % world.Nodes, side);
            AssertGathers(world);
        });

    [Fact]
    public void Crashes_alone_never_make_two_clusters() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3], Histories).Sample((candidates, workers, history) =>
        {
            var world = new SimulatedWorld(candidates, workers, candidates);
            foreach (var (happened, node, _) in history)
            {
                if (happened is Event.Move or Event.Tear or Event.Freeze or Event.Wake) continue;
                Let(world, happened, node % world.Nodes, 0);
                world.Pass();
                Assert.InRange(world.Clusters, 0, 1);
            }

            AssertGathers(world);
        });

    [Fact]
    public void A_cut_that_is_shorter_than_the_patience_never_makes_two_clusters() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int[0, 2].Array[7], Histories).Sample((candidates, workers, sides, history) =>
        {
            var world = new SimulatedWorld(candidates, workers, candidates);
            AssertGathers(world);
            for (int node = 0; node < world.Nodes; node++) world.Move(node, sides[node]);
            for (int i = 0; i < SimulatedWorld.Patience / SimulatedWorld.Tick; i++)
            {
                if (i < history.Length && history[i].Event is Event.Kill or Event.Start) Let(world, history[i].Event, history[i].Node % world.Nodes, 0);
                world.Pass();
                Assert.InRange(world.Clusters, 0, 1);
            }

            AssertGathers(world);
        });

    [Fact]
    public void A_node_that_stood_still_does_not_move_the_run_when_it_wakes() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 20]).Sample((candidates, workers, frozen, ticks) =>
        {
            var world = new SimulatedWorld(candidates, workers, candidates);
            AssertGathers(world);
            frozen %= world.Nodes;
            world.Freeze(frozen);
            for (int i = 0; i < ticks; i++) world.Pass();
            var runs = Enumerable.Range(0, world.Nodes)
                .Where(node => node != frozen)
                .Select(node => (node, Run: world.RunOf(node)))
                .Where(run => run.Run.Coordinator is not null)
                .ToArray();
            world.Wake(frozen);
            for (int i = 0; i < 20; i++)
            {
                world.Pass();
                Assert.All(runs, run => Assert.Equal(run.Run, world.RunOf(run.node)));
            }

            AssertGathers(world);
        });

    private static void Let(SimulatedWorld world, Event happened, int node, int side)
    {
        switch (happened)
        {
            case Event.Kill: world.Kill(node); break;
            case Event.Start: world.Start(node); break;
            case Event.Move: world.Move(node, side); break;
            case Event.Heal: world.Heal(); break;
            case Event.Tear: world.Tear(node); break;
            case Event.Freeze: world.Freeze(node); break;
            case Event.Wake: world.Wake(node); break;
            default: world.Pass(); break;
        }
    }

    /// <summary>With all nodes up and all lines whole.</summary>
    private static void AssertGathers(SimulatedWorld world)
    {
        world.Heal();
        for (int node = 0; node < world.Nodes; node++)
        {
            world.Wake(node);
            world.Start(node);
        }

        for (int i = 0; i < 30; i++) world.Pass();
        Assert.Equal((1, true), (world.Clusters, world.AllAreMembers));
    }
}

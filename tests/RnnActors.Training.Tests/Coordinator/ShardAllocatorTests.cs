using CsCheck;
using RnnActors.Core.Sharding;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>How shards are cut among workers of unequal speed behind networks of unequal speed.</summary>
public class ShardAllocatorTests
{
    private const double Rows = 4;

    /// <summary>Nodes as (workers, rows a second, seconds for a vector).</summary>
    private static readonly Gen<(int Workers, double Speed, double Transfer)[]> Nodes = Gen.Select(
        Gen.Int[1, 2], Gen.Double[1, 10], Gen.Frequency((1, Gen.Const(0.0)), (2, Gen.Double[0, 5]))).Array[1, 4];

    [Fact]
    public void No_other_cut_is_done_much_earlier_and_none_that_is_as_early_sends_less() =>
        Gen.Select(Gen.Int[1, 9], Nodes).Where((shards, nodes) => nodes.Sum(node => node.Workers) <= shards).Sample((shards, nodes) =>
        {
            var workers = Workers(shards, nodes);
            int[] cut = new ShardAllocator(shards, Rows).Cut(shards, workers);
            Assert.Equal(shards, cut.Sum());
            Assert.DoesNotContain(0, cut);
            (double time, int sent) = Cost(cut, workers, shards);
            foreach (int[] other in Cuts(shards, workers.Count))
            {
                (double otherTime, int otherSent) = Cost(other, workers, shards);
                Assert.True(time <= otherTime * AllocationSearch.Slack * (1 + 1e-6),
                    $"{string.Join(',', cut)} takes {time}, {string.Join(',', other)} {otherTime}");
                if (otherTime <= time) Assert.True(sent <= otherSent, $"{string.Join(',', cut)} sends {sent}, {string.Join(',', other)} {otherSent}");
            }
        }, iter: 500);

    [Fact]
    public void Any_number_of_shards_goes_to_the_fastest_where_there_are_fewer_than_workers() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Nodes).Sample((shards, count, nodes) =>
        {
            var workers = Workers(shards, nodes);
            int[] cut = new ShardAllocator(shards, Rows).Cut(Math.Min(count, shards), workers);
            Assert.Equal(Math.Min(count, shards), cut.Sum());
            Assert.Equal(Math.Min(workers.Count, Math.Min(count, shards)), cut.Count(part => part > 0));
        });

    [Fact]
    public void Twice_as_fast_gets_twice_as_many() => Assert.Equal([8, 4], Cut(12, (1, 10, 0), (1, 5, 0)));

    [Fact]
    public void Until_it_is_known_how_fast_workers_are_they_count_by_their_threads()
    {
        PoolNode team = new(0, null, [new WorkerId(0)], threads: 2), single = new(1, null, [new WorkerId(1)]);
        PoolWorker[] workers = [team.Workers[0], single.Workers[0]];
        Assert.Equal([8, 4], new ShardAllocator(12, Rows).Cut(12, workers));
        Assert.Equal([1, 0], new ShardAllocator(12, Rows).Cut(1, workers));

        // Whose thread is as fast as that of the one that is known.
        Measure(single);
        Assert.Equal([8, 4], new ShardAllocator(12, Rows).Cut(12, workers));
        Measure(team);
        Assert.Equal([6, 6], new ShardAllocator(12, Rows).Cut(12, workers));

        static void Measure(PoolNode node)
        {
            for (int answer = 0; answer < 2; answer++) node.Measure(rows: 24, seconds: 3, transfer: 0);
        }
    }

    [Fact]
    public void A_node_behind_a_slow_network_gets_fewer()
    {
        Assert.Equal([4, 4], Cut(8, (1, 4, 0), (1, 4, 0)));
        Assert.Equal([6, 2], Cut(8, (1, 4, 0), (1, 4, 2)));
        Assert.Equal([7, 1], Cut(8, (1, 4, 0), (1, 3, 2)));
    }

    [Fact]
    public void Where_sending_is_dear_the_parts_are_whole_nodes_of_the_tree_and_where_it_costs_nothing_they_are_even()
    {
        Assert.Equal([2, 3, 3], Cut(8, (1, 4, 0), (1, 4, 0), (1, 4, 0)).Order());
        int[] dear = Cut(8, (1, 4, 3), (1, 4, 3), (1, 4, 3));
        Assert.Equal([2, 2, 4], dear.Order());
        int first = 0;
        foreach (int part in dear)
        {
            Assert.Single(ReductionTree.Cover(new ShardRange(first, part), 8));
            first += part;
        }
    }

    [Fact]
    public void Speeds_that_flicker_never_bring_back_a_cut_that_was_left() =>
        Gen.Select(Gen.Int[2, 12], Nodes, Gen.Int).Where((shards, nodes, _) => nodes.Sum(node => node.Workers) <= shards).Sample((shards, nodes, seed) =>
        {
            var random = new Random(seed);
            var workers = Workers(shards, nodes);
            int even = Even(shards, workers.Count);
            var parts = new ShardAllocator(shards, Rows);
            List<string> cuts = [];
            for (int step = 0; step < 60; step++)
            {
                string cut = string.Join(',', parts.Cut(shards, workers));
                if (cuts.Count == 0 || cuts[^1] != cut) cuts.Add(cut);
                for (int i = 0; i < nodes.Length; i++)
                {
                    double flicker = 0.97 + (0.06 * random.NextDouble());
                    workers.First(worker => worker.Node.Number == i).Node.Measure(even, even / nodes[i].Speed * flicker, nodes[i].Transfer * flicker);
                }
            }

            Assert.Equal(cuts.Distinct().Count(), cuts.Count);
        }, iter: 300);

    [Fact]
    public void One_slow_answer_moves_nothing_and_a_speed_that_falls_moves_shards_within_few_steps()
    {
        var workers = Workers(20, [(1, 10, 0), (1, 10, 0)]);
        var parts = new ShardAllocator(20, Rows);
        int[] before = parts.Cut(20, workers);
        for (int i = 0; i < 50; i++)
        {
            workers[i % 2].Node.Measure(40, i % 9 == 7 ? 16 : i % 4 < 2 ? 3.84 : 4.16, 0);
            Assert.Same(before, parts.Cut(20, workers));
        }

        for (int i = 0; i < 3; i++) workers[1].Node.Measure(40, 8, 0);
        // Fifteen and five were done a little earlier, and are five nodes of the tree; these are two.
        Assert.Equal([16, 4], parts.Cut(20, workers));
    }

    private static int[] Cut(int shards, params (int Workers, double Speed, double Transfer)[] nodes) =>
        new ShardAllocator(shards, Rows).Cut(shards, Workers(shards, nodes));

    /// <summary>Workers that were measured with even shares.</summary>
    private static List<PoolWorker> Workers(int shards, (int Workers, double Speed, double Transfer)[] nodes)
    {
        List<PoolWorker> workers = [];
        int even = Even(shards, nodes.Sum(node => node.Workers));
        for (int i = 0; i < nodes.Length; i++)
        {
            int first = workers.Count;
            var node = new PoolNode(i, null, Enumerable.Range(first, nodes[i].Workers).Select(number => new WorkerId(number)));
            // The first answers are not counted.
            for (int answer = 0; answer <= nodes[i].Workers; answer++) node.Measure(even, even / nodes[i].Speed, nodes[i].Transfer);
            workers.AddRange(node.Workers);
        }

        return workers;
    }

    /// <summary>When the last worker is done, and how many gradients nodes send.</summary>
    private static (double Time, int Sent) Cost(int[] cut, List<PoolWorker> workers, int shards)
    {
        double time = 0;
        int sent = 0, first = 0;
        foreach (var node in workers.Select(worker => worker.Node).Distinct())
        {
            int[] counts = [.. Enumerable.Range(0, cut.Length).Where(i => workers[i].Node == node).Select(i => cut[i])];
            int gradients = ReductionTree.Cover(new ShardRange(first, counts.Sum()), shards).Count;
            double rows = (CostModel.FixedPart * shards * Rows / cut.Length) + ((1 - CostModel.FixedPart) * counts.Max() * Rows);
            double measured = (CostModel.FixedPart * shards * Rows / cut.Length) + ((1 - CostModel.FixedPart) * node.Rows);
            time = Math.Max(time, ((1 + gradients) * node.Transfer) + (node.Rows / node.Speed * rows / measured));
            sent += gradients;
            first += counts.Sum();
        }

        return (time, sent);
    }

    /// <summary>Rows of an even share.</summary>
    private static int Even(int shards, int workers) => Math.Max(1, (int)(shards * Rows / workers));

    private static IEnumerable<int[]> Cuts(int shards, int parts)
    {
        if (parts == 1) return [[shards]];
        return Enumerable.Range(1, shards - parts + 1).SelectMany(first => Cuts(shards - first, parts - 1).Select(rest => (int[])[first, .. rest]));
    }
}

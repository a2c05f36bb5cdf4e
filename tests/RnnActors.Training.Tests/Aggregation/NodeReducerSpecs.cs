using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Training.Aggregation;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Aggregation;

public class NodeReducerSpecs : PatientKit
{
    private const int Length = 3;

    [Fact]
    public void The_workers_of_a_node_are_summed_to_the_cover_of_its_shards_in_every_order_of_arrival()
    {
        // Three workers with shards 2 to 6 of 8: the cover is [2,4), [4,6), [6,7).
        ShardRange[] orders = [new(2, 1), new(3, 2), new(5, 2)];
        ShardRange[] parts = [.. orders.SelectMany(order => ReductionTree.Cover(order, 8))];
        foreach (int[] order in Orders(parts.Length))
        {
            var sent = Reduce(8, sums =>
            {
                sums.Await(orders);
                foreach (int i in order) sums.Add(parts[i], Sum(parts[i], 8));
            });
            Assert.Equal([new(2, 2), new(4, 2), new(6, 1)], sent.Keys.OrderBy(node => node.First));
            Assert.All(sent, node => SameBits.Assert(Sum(node.Key, 8), node.Value));
        }
    }

    /// <summary>Decisions of a step that overlap as they like; whichever orders are carried out,
    /// all their shards are sent, and each with the bits of the tree.</summary>
    [Fact]
    public void Every_shard_whose_order_is_carried_out_is_sent_whatever_the_others_do() =>
        (from shards in Gen.Int[1, 12]
         from seed in Gen.Int[0, 1 << 30]
         select (shards, seed)).Sample(
            sample =>
            {
                var (shards, random) = (sample.shards, new Random(sample.seed));
                var done = new bool[shards];
                var sent = Reduce(shards, sums =>
                {
                    var waiting = new List<ShardRange>();
                    for (int event_ = 0; event_ < 30; event_++)
                    {
                        if (random.Next(4) == 0)
                        {
                            int first = random.Next(shards), count = random.Next(1, shards - first + 1), cut = random.Next(1, count + 1);
                            ShardRange[] given = cut == count ? [new(first, count)] : [new(first, cut), new(first + cut, count - cut)];
                            sums.Await(given);
                            foreach (var order in given.Where(_ => random.Next(4) > 0)) waiting.Add(order);
                        }
                        else if (waiting.Count > 0)
                        {
                            var order = waiting[random.Next(waiting.Count)];
                            waiting.Remove(order);
                            foreach (var node in ReductionTree.Cover(order, shards)) sums.Add(node, Sum(node, shards));
                            for (int shard = order.First; shard < order.End; shard++) done[shard] = true;
                        }
                    }

                    // Now everything that was ever given is carried out by somebody.
                    foreach (var order in waiting)
                    {
                        foreach (var node in ReductionTree.Cover(order, shards)) sums.Add(node, Sum(node, shards));
                        for (int shard = order.First; shard < order.End; shard++) done[shard] = true;
                    }

                    var rest = Enumerable.Range(0, shards).Where(shard => !done[shard]).Select(shard => new ShardRange(shard, 1)).ToArray();
                    sums.Await(rest);
                    foreach (var shard in rest) sums.Add(shard, Sum(shard, shards));
                });
                Assert.All(sent, node => SameBits.Assert(Sum(node.Key, shards), node.Value));
                Assert.All(Enumerable.Range(0, shards), shard => Assert.Contains(sent.Keys, node => node.Contains(new ShardRange(shard, 1))));
            },
            iter: 2000, threads: 1);

    [Fact]
    public void The_actor_sends_each_sum_once_and_leaves_steps_aside_that_are_over()
    {
        var reducer = Sys.ActorOf(NodeReducer.Props(4, partial => TestActor.Tell(partial, TestActor)));
        reducer.Tell(new ReduceShards(7, [new(0, 1), new(1, 1)]), TestActor);
        reducer.Tell(Partial(6, new(0, 2)), TestActor);
        reducer.Tell(Partial(7, new(1, 1)), TestActor);
        reducer.Tell(Partial(7, new(0, 1)), TestActor);
        reducer.Tell(Partial(7, new(0, 1)), TestActor);
        reducer.Tell(new ReduceShards(8, [new(0, 4)]), TestActor);
        reducer.Tell(Partial(7, new(2, 1)), TestActor);
        reducer.Tell(Partial(8, new(0, 4)), TestActor);
        var (first, second) = (ExpectMsg<GradientPart>(), ExpectMsg<GradientPart>());
        Assert.Equal((7, new ShardRange(0, 2)), (first.Step, first.TreeNode));
        SameBits.Assert(Sum(new(0, 2), 4), first.Gradient.Span);
        Assert.Equal((8, new ShardRange(0, 4)), (second.Step, second.TreeNode));
    }

    [Fact]
    public void Parts_of_a_sum_are_sent_one_by_one_and_each_is_summed_where_it_lies()
    {
        var reducer = Sys.ActorOf(NodeReducer.Props(2, part => TestActor.Tell(part, TestActor)));
        GradientBuffer left = new(4), right = new(4);
        new float[] { 1, 2, 3, 4 }.CopyTo(left.Span);
        new float[] { 10, 20, 30, 40 }.CopyTo(right.Span);
        reducer.Tell(new ReduceShards(3, [new(0, 1), new(1, 1)]), TestActor);
        reducer.Tell(new GradientPart(3, new(0, 1), left, 2, 2), TestActor);
        reducer.Tell(new GradientPart(3, new(1, 1), right, 2, 2), TestActor);
        var second = ExpectMsg<GradientPart>();
        Assert.Equal((new ShardRange(0, 2), 2, 2), (second.TreeNode, second.First, second.Length));
        Assert.Equal([1, 2, 33, 44], second.Gradient.Span.ToArray());
        reducer.Tell(new GradientPart(3, new(1, 1), right, 0, 2), TestActor);
        reducer.Tell(new GradientPart(3, new(0, 1), left, 0, 2), TestActor);
        Assert.Equal([11, 22, 33, 44], ExpectMsg<GradientPart>().Gradient.Span.ToArray());
    }

    private static Dictionary<ShardRange, float[]> Reduce(int shards, Action<OutgoingSums<float[]>> play)
    {
        var sent = new Dictionary<ShardRange, float[]>();
        play(new OutgoingSums<float[]>(shards, Add, (node, sum) => Assert.True(sent.TryAdd(node, sum), $"{node} was sent twice.")));
        return sent;
    }

    private static GradientPart Partial(long step, ShardRange node)
    {
        var buffer = new GradientBuffer(Length);
        Sum(node, 4).CopyTo(buffer.Span);
        return new GradientPart(step, node, buffer, 0, Length);
    }

    private static float[] Add(float[] left, float[] right)
    {
        for (int i = 0; i < left.Length; i++) left[i] += right[i];
        return left;
    }

    /// <summary>What the tree makes of a node: numbers whose sums depend on their order.</summary>
    private static float[] Sum(ShardRange node, int shards)
    {
        if (node.Count == 1)
        {
            var random = new Random(node.First);
            return [.. Enumerable.Range(0, Length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(30))))];
        }

        var (left, right) = ReductionTree.Split(node);
        return Add(Sum(left, shards), Sum(right, shards));
    }

    private static IEnumerable<int[]> Orders(int count)
    {
        if (count == 0) return [[]];
        return Orders(count - 1).SelectMany(rest => Enumerable.Range(0, count).Select(at => (int[])[.. rest[..at], count - 1, .. rest[at..]]));
    }
}

using System.Diagnostics;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Remote;

/// <summary>
/// The orders that a remote node has not answered. Answers to no outstanding order are ignored, since delivery is at least once. An answer that cannot be right
/// costs the node its place in the run, and never reaches the run.
/// </summary>
/// <param name="shards">S.</param>
internal sealed class OutstandingOrders(int shards)
{
    private readonly Dictionary<(long Step, ShardOrder Order), Given> _open = [];

    private enum Expected
    {
        Gradients,
        GradientsAndState,
        Losses,
        Audit,
    }

    /// <param name="carries">Whether states are carried for some of the shards.</param>
    /// <param name="now">A timestamp of <see cref="Stopwatch"/>.</param>
    public void Add(ComputeShards work, Func<ShardRange, bool> carries, long now)
    {
        int first = work.Orders.Min(order => order.Shards.First), end = work.Orders.Max(order => order.Shards.End);
        int vectors = 1 + ReductionTree.Cover(new ShardRange(first, end - first), shards).Count;
        foreach (var order in work.Orders)
            _open[(work.Step, order)] = new Given(carries(order.Shards) ? Expected.GradientsAndState : Expected.Gradients, new Sending(now, vectors));
    }

    public void Add(EvaluateShards work)
    {
        foreach (var order in work.Orders) _open[(work.Step, order)] = new Given(Expected.Losses, default);
    }

    /// <summary>Adds orders of which only the hash is wanted.</summary>
    public void AddAudit(ComputeShards work)
    {
        foreach (var order in work.Orders) _open[(work.Step, order)] = new Given(Expected.Audit, default);
    }

    /// <summary>When and how an outstanding order was sent; the default value if there is none.</summary>
    public Sending SendingOf(long step, ShardOrder order) => _open.GetValueOrDefault((step, order)).Sending;

    /// <param name="problem">Why it cannot be an answer, as a sentence without its full stop; null if it is one, or answers no order.</param>
    /// <returns>Whether it answers an order, which is then no longer outstanding.</returns>
    public bool Take(long step, ShardOrder order, RemoteShardsComputed answer, out string? problem)
    {
        problem = null;
        if (!_open.TryGetValue((step, order), out var given)) return false;
        var expected = given.Expected;
        var nodes = ReductionTree.Cover(order.Shards, shards);
        if (expected is Expected.Losses or Expected.Audit || answer.CarriesState != (expected == Expected.GradientsAndState))
            problem = "it answered what it was not asked";
        else if (!nodes.SequenceEqual(answer.Losses.Select(loss => new ShardRange(loss.FirstShard, loss.Shards))))
            problem = $"the losses that it sent are not those of {order.Shards}";
        else if (answer.Losses.Any(loss => loss.Loss.Count < 0
            || (loss.NotFinite is { } shard && !new ShardRange(loss.FirstShard, loss.Shards).Contains(new ShardRange(shard, 1)))))
            problem = $"the losses that it sent for {order.Shards} are impossible";
        else if (answer.Audited is { } audited && !nodes.SequenceEqual(audited.Select(sum => new ShardRange(sum.FirstShard, sum.Shards))))
            problem = $"the hashes that it sent are not those of {order.Shards}";
        else problem = TimeProblem(answer.Seconds);
        return problem is null && _open.Remove((step, order));
    }

    /// <inheritdoc cref="Take(long, ShardOrder, RemoteShardsComputed, out string?)"/>
    public bool Take(long step, ShardOrder order, RemoteShardsAudited answer, out string? problem)
    {
        problem = null;
        if (!_open.TryGetValue((step, order), out var given)) return false;
        if (given.Expected != Expected.Audit) problem = "it answered what it was not asked";
        else if (new ShardRange(answer.Sum.FirstShard, answer.Sum.Shards) != order.Shards) problem = $"the hash that it sent is not of {order.Shards}";
        return problem is null && _open.Remove((step, order));
    }

    /// <inheritdoc cref="Take(long, ShardOrder, RemoteShardsComputed, out string?)"/>
    public bool Take(long step, ShardOrder order, RemoteShardsEvaluated answer, out string? problem)
    {
        problem = null;
        if (!_open.TryGetValue((step, order), out var given)) return false;
        if (given.Expected != Expected.Losses) problem = "it answered what it was not asked";
        else if (answer.Losses.Length != order.Shards.Count || answer.Losses.Any(loss => loss.Count < 0))
            problem = $"the losses that it sent for {order.Shards} are impossible";
        else problem = TimeProblem(answer.Seconds);
        return problem is null && _open.Remove((step, order));
    }

    /// <summary>Removes an order that a worker failed at.</summary>
    public bool Take(long step, ShardOrder order) => _open.Remove((step, order));

    private static string? TimeProblem(double seconds) => double.IsFinite(seconds) && seconds >= 0 ? null : $"it says that it computed for {seconds} s";

    /// <summary>When an order was sent, and how many vectors it moves: the parameters, and a gradient for each tree node.</summary>
    public readonly record struct Sending(long Since, int Vectors)
    {
        /// <summary>Seconds of sending for each vector, once the answer is complete: the time since the order, without the computing.</summary>
        /// <param name="seconds">Seconds of computing.</param>
        /// <param name="now">A timestamp of <see cref="Stopwatch"/>, when all had arrived.</param>
        public double Transfer(double seconds, long now) =>
            Vectors == 0 ? 0 : Math.Max(0, Stopwatch.GetElapsedTime(Since, now).TotalSeconds - seconds) / Vectors;
    }

    private readonly record struct Given(Expected Expected, Sending Sending);
}

namespace RnnActors.Training.Tests.Simulation;

/// <summary>The lines between machines, as Akka uses them: messages of two processes come in order or not at all.</summary>
internal sealed class Network(World world)
{
    private readonly Dictionary<(Life, Life), TimeSpan> _last = [];

    public bool IsCut(Life one, Life other) => one.Machine.Side != other.Machine.Side;

    /// <summary>Sends a message, which may be lost.</summary>
    public void Send(Life from, Life to, Action arrive)
    {
        if (from == to)
        {
            world.Timeline.In(TimeSpan.FromTicks(world.Random.Next(2000)), to, arrive);
            return;
        }

        double loss = Math.Max(from.Machine.Loss, to.Machine.Loss);
        if (loss > 0 && world.Random.NextDouble() < loss) return;
        world.Timeline.In(Delay(from, to), null, () =>
        {
            if (!IsCut(from, to) && !to.IsOver) world.Timeline.In(TimeSpan.Zero, to, arrive);
        });
    }

    /// <summary>How long something takes from one to the other. Unless lines are disturbed, nothing overtakes.</summary>
    private TimeSpan Delay(Life from, Life to)
    {
        double more = Math.Max(from.Machine.Delay, to.Machine.Delay);
        var delay = TimeSpan.FromSeconds(0.001 + (world.Random.NextDouble() * (0.003 + more)));
        if (more > 0) return delay;
        var due = world.Timeline.Now + delay;
        if (_last.TryGetValue((from, to), out var last) && last > due) due = last;
        _last[(from, to)] = due;
        return due - world.Timeline.Now;
    }
}

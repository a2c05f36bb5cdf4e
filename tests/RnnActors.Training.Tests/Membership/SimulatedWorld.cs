using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Membership;

/// <summary>
/// Nodes, their clusters and the lines between them, as far as the rules see them: who goes on
/// after a cut, who forms a cluster, which of two ends. Time passes in ticks.
/// </summary>
/// <param name="named">How many candidates all are told to join by, the first of which begins.</param>
internal sealed class SimulatedWorld(int candidates, int workers, int named)
{
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(10);

    private readonly Machine[] _machines = [.. Enumerable.Range(0, candidates + workers).Select(number => new Machine(number, number < candidates))];

    public int Clusters => _machines.Where(machine => machine.Cluster is not null).Select(machine => machine.Cluster).Distinct().Count();

    public bool AllAreMembers => _machines.All(machine => machine.Cluster is not null);

    public int Nodes => _machines.Length;

    public void Kill(int node)
    {
        _machines[node].IsAlive = _machines[node].IsFrozen = _machines[node].HasJustWoken = false;
        _machines[node].Cluster = null;
    }

    public void Start(int node)
    {
        if (_machines[node].IsAlive) return;
        _machines[node].IsAlive = true;
        _machines[node].Waited = 0;
    }

    /// <summary>Puts a node on a side.</summary>
    public void Move(int node, int side) => _machines[node].Side = side;

    public void Heal()
    {
        foreach (var machine in _machines) machine.Side = 0;
    }

    /// <summary>A node stands still: nobody hears it.</summary>
    public void Freeze(int node)
    {
        var machine = _machines[node];
        if (!machine.IsAlive || machine.IsFrozen) return;
        machine.IsFrozen = true;
        (machine.Home, machine.Remembered, machine.Cluster) = (machine.Cluster, machine.Cluster?.Copy(), null);
    }

    /// <summary>It goes on. Where the others have gone on without it, it does not know that yet,
    /// and takes itself for a member among all that were with it.</summary>
    public void Wake(int node)
    {
        var machine = _machines[node];
        if (!machine.IsFrozen) return;
        bool isMissed = machine.Home?.Members.Contains(machine) == false;
        machine.Cluster = isMissed ? machine.Remembered : machine.Home;
        (machine.IsFrozen, machine.HasJustWoken) = (false, isMissed);
    }

    /// <summary>The coordinator of a node's cluster, and its epoch.</summary>
    public (string? Coordinator, long Epoch) RunOf(int node) => (_machines[node].Cluster?.Coordinator?.Name, _machines[node].Cluster?.Epoch ?? 0);

    /// <summary>A cluster becomes two that both go on, as where nodes crash while they decide.</summary>
    public void Tear(int node)
    {
        if (_machines[node].Cluster is not { } cluster || cluster.Members.Length < 2) return;
        Machine[] apart = [.. cluster.Members.Where(member => member.Number >= node)];
        if (apart.Length == cluster.Members.Length) return;
        Become(new SimulatedCluster(), apart);
        Become(cluster, [.. cluster.Members.Except(apart)]);
    }

    public void Pass()
    {
        foreach (var cluster in _machines.Select(machine => machine.Cluster).OfType<SimulatedCluster>().Distinct().ToArray()) Decide(cluster);
        foreach (var machine in _machines.Where(machine => machine is { IsAlive: true, IsFrozen: false, Cluster: null }))
        {
            Search(machine);
            machine.Waited++;
        }

        foreach (var machine in _machines.Where(machine => machine.Cluster is not null)) Survey(machine);
        foreach (var machine in _machines) machine.HasJustWoken = false;
    }

    private void Decide(SimulatedCluster cluster)
    {
        Machine[] before = [.. cluster.Members];
        if (before.Any(member => member.Cluster == cluster && member.HasJustWoken)) return; // it takes time to suspect others
        foreach (var side in before.Where(member => member.Cluster == cluster).GroupBy(member => member.Side).ToArray())
        {
            if (side.Count() == before.Length) continue;
            if (DowningRule.GoesOn([.. before.Select((member, age) =>
                new Voter(member.Name, member.IsCandidate, age, member.Cluster == cluster && member.Side == side.Key))]))
                Become(cluster, [.. side]);
            else
                foreach (var member in side) member.Fall();
        }
    }

    private void Search(Machine machine)
    {
        var reachable = Others(machine).Where(other => Hears(machine, other)).ToArray();
        foreach (var other in reachable) other.Known.Add(machine);
        if (reachable.FirstOrDefault(other => other.Cluster is not null && !other.HasJustWoken) is { } member)
        {
            Become(member.Cluster!, [.. member.Cluster!.Members.Where(one => one.Cluster == member.Cluster), machine]);
            return;
        }

        Contact[] contacts = [.. Others(machine).Select(other => new Contact(
            other.IsCandidate, !other.IsAlive && other.Side == machine.Side, Hears(machine, other) ? Standing(other) : null))];
        if (FormingRule.Forms(Standing(machine), machine.IsNew, contacts, machine.Waited * Tick, Patience)) Become(new SimulatedCluster(), [machine]);
    }

    private void Survey(Machine machine)
    {
        if (machine.Cluster is not { } cluster) return;
        var own = Standing(machine);
        if (own.Coordinator is not null && own.Coordinator != own.Address) return;
        foreach (var other in Others(machine).Where(other => Hears(machine, other) && !cluster.Members.Contains(other)).ToArray())
        {
            if (SupersedingRule.IsSuperseded(Standing(other), other.Cluster?.Members.Select(member => member.Name) ?? [], own)) other.Fall();
            var found = Standing(other);
            if (other.Cluster is { Coordinator: { } coordinator }) machine.Known.Add(coordinator);
            if (!MergingRule.GivesWay(own, found)) continue;
            foreach (var member in cluster.Members.Where(member => member.Cluster == cluster)) member.Fall();
            return;
        }
    }

    /// <summary>Of the members that it had, those that are not here any more were lost without a word.</summary>
    private static void Become(SimulatedCluster cluster, Machine[] members)
    {
        cluster.Members = [.. members.OrderBy(member => member.Cluster == cluster ? Array.IndexOf(cluster.Members, member) : int.MaxValue)];
        foreach (var member in members)
        {
            member.Cluster = cluster;
            if (members.Length == 1) continue;
            member.IsNew = false;
            member.Known.RemoveWhere(known => !known.IsCandidate);
            member.Known.UnionWith(members);
        }

        cluster.Epoch = Math.Max(cluster.Epoch, members.Max(member => member.Epoch));
        if (cluster.Coordinator != cluster.Before) cluster.Epoch++;
        cluster.Before = cluster.Coordinator;
        foreach (var member in members) member.Epoch = cluster.Epoch;
    }

    private Machine[] Others(Machine machine) =>
        [.. machine.Known.Concat(_machines.Take(named)).Where(other => other != machine).Distinct().OrderBy(other => other.Number)];

    private static bool Hears(Machine one, Machine other) => other is { IsAlive: true, IsFrozen: false } && one.Side == other.Side;

    private static NodeStanding Standing(Machine machine) => new(
        machine.Name, machine.IsCandidate, machine.Cluster is null ? ClusterStanding.Searching : ClusterStanding.Member,
        machine.IsNew ? machine.Number == 0 : machine.IsCandidate, machine.Epoch, machine.Cluster?.Coordinator?.Name, machine.Cluster?.Members.Length ?? 0);

    private sealed class SimulatedCluster
    {
        /// <summary>The oldest first.</summary>
        public Machine[] Members { get; set; } = [];

        public Machine? Coordinator => Members.FirstOrDefault(member => member.IsCandidate);

        public Machine? Before { get; set; }

        public long Epoch { get; set; }

        public SimulatedCluster Copy() => new() { Members = Members, Before = Before, Epoch = Epoch };
    }

    private sealed class Machine(int number, bool isCandidate)
    {
        public int Number => number;

        public string Name => $"node-{number}:1";

        public bool IsCandidate => isCandidate;

        public bool IsAlive { get; set; }

        public bool IsFrozen { get; set; }

        /// <summary>Whether it still takes itself for a member of a cluster that has gone on without it.</summary>
        public bool HasJustWoken { get; set; }

        /// <summary>The cluster in which it froze, and what it remembers of it.</summary>
        public SimulatedCluster? Home { get; set; }

        public SimulatedCluster? Remembered { get; set; }

        public int Side { get; set; }

        public SimulatedCluster? Cluster { get; set; }

        public bool IsNew { get; set; } = true;

        public HashSet<Machine> Known { get; } = [];

        public long Epoch { get; set; }

        public int Waited { get; set; }

        public void Fall()
        {
            Cluster = null;
            (IsNew, Waited) = (false, 0);
        }
    }
}

using RnnActors.Training.Addresses;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>Who is in a cluster with whom: the product's rules decide, and this plays the gossip between them.</summary>
internal sealed class Gathering(World world)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250), DeadAfter = TimeSpan.FromMilliseconds(500),
        SuspectAfter = TimeSpan.FromSeconds(4),
        DownAfter = TimeSpan.FromSeconds(2), Settling = TimeSpan.FromSeconds(6), FormAfter = TimeSpan.FromSeconds(30), BetweenSurveys = TimeSpan.FromSeconds(5);

    private TimeSpan _surveyed;

    private TimeSpan Now => world.Timeline.Now;

    private IEnumerable<Life> Awake => world.Machines.Select(machine => machine.Life).OfType<Life>().Where(life => life.IsHeardAt(Now));

    public void Tick()
    {
        foreach (var life in Awake) life.Pauses.Feel();
        foreach (var cluster in Awake.Select(life => life.Cluster).OfType<Cluster>().Distinct().ToArray()) Check(cluster);
        foreach (var life in Awake.Where(life => life.Cluster is null && !life.IsLeaving).ToArray()) Search(life);
        if (Now - _surveyed >= BetweenSurveys)
        {
            _surveyed = Now;
            foreach (var life in Awake.Where(life => life.Cluster is not null).ToArray()) Survey(life);
        }

        foreach (var life in Awake.Where(life => life.Cluster is not null).ToArray()) NoticeRemoval(life);
        foreach (var life in Awake.Where(life => life.Cluster?.Coordinator == life && life.Manager is null && !life.IsLeaving).ToArray())
            life.Manager = new ManagerShell(world, life, life.Node!.Directory);
        world.Timeline.In(Between, null, Tick);
    }

    /// <summary>A member leaves in order.</summary>
    public void Leave(Life life)
    {
        if (life.Cluster is not { } cluster) return;
        cluster.Members.Remove(life);
        foreach (var member in cluster.Members) member.Manager?.Member(life, null, isRemoved: true);
        foreach (var other in cluster.Members) new KnownMembers(other.Machine.Folder).Forget(HostAndPort.Parse(life.Machine.Name));
    }

    private NodeStanding Standing(Life life) => new(
        life.Machine.Name, life.Machine.IsCandidate, life.Cluster is null ? ClusterStanding.Searching : ClusterStanding.Member,
        life.Machine.IsExperienced ? life.Machine.IsCandidate : life.Machine.Number == 0, Math.Max(life.Node!.Epoch, life.Manager?.Epoch ?? 0),
        life.Cluster?.Coordinator?.Machine.Name, life.Cluster?.Members.Count ?? 0);

    private void Check(Cluster cluster)
    {
        foreach (var side in cluster.Members.Where(member => member.Cluster == cluster && member.IsHeardAt(Now)).GroupBy(member => member.Machine.Side)
            .ToArray())
        {
            var silent = cluster.Members.Except(side).ToArray();
            foreach (var member in cluster.Members)
            {
                var key = (side.Key, member);
                if (!silent.Contains(member))
                {
                    if (cluster.Silent.Remove(key)) Tell(side, member, null);
                }
                else if (!cluster.Silent.ContainsKey(key)) cluster.Silent.Add(key, Now);
            }

            Life[] unreachable = [.. silent.Where(member => Now - cluster.Silent[(side.Key, member)] >= (IsGone(member, side.Key) ? DeadAfter : SuspectAfter))];
            string picture = string.Join(' ', unreachable.Select(member => member.Id)) + "|" + cluster.Members.Count;
            if (!cluster.Pictures.TryGetValue(side.Key, out var before) || before.Who != picture)
            {
                cluster.Pictures[side.Key] = (picture, Now);
                foreach (var member in unreachable) Tell(side, member, "is silent");
            }
            else if (unreachable.Length > 0 && Now - before.Since >= (unreachable.All(member => IsGone(member, side.Key)) ? DeadAfter : DownAfter))
            {
                Decide(cluster, [.. side], unreachable);
            }
        }
    }

    /// <summary>Its port refuses.</summary>
    private static bool IsGone(Life life, int side) => life.IsOver && life.Machine.Side == side;

    private static void Tell(IEnumerable<Life> side, Life member, string? silent)
    {
        foreach (var one in side.ToArray()) one.Manager?.Member(member, silent, isRemoved: false);
    }

    private void Decide(Cluster cluster, Life[] side, Life[] unreachable)
    {
        var voters = cluster.Members.Select((member, age) => new Voter(member.Id, member.Machine.IsCandidate, age, !unreachable.Contains(member))).ToArray();
        if (!DowningRule.GoesOn(voters))
        {
            foreach (var member in side) world.Fall(member, "the rule takes it out");
            return;
        }

        if (side.Any(member => member.Pauses.Unsettled(Settling) > TimeSpan.Zero)) return;
        var next = new Cluster();
        next.Members.AddRange(cluster.Members.Except(unreachable));
        next.Removed.UnionWith(cluster.Removed);
        next.Removed.UnionWith(unreachable);
        world.Log?.Add($"{Now} {string.Join(' ', side.Select(member => member.Id))} go on without {string.Join(' ', unreachable.Select(member => member.Id))}");
        foreach (var member in side) Become(member, next);
        foreach (var member in side)
            foreach (var gone in unreachable) member.Manager?.Member(gone, null, isRemoved: true);
    }

    private void Become(Life life, Cluster cluster)
    {
        life.Cluster = cluster;
        if (cluster.Members.Count < 2) return;
        life.Machine.IsExperienced = true;
        new KnownMembers(life.Machine.Folder).Remember([.. cluster.Members.Where(member => member != life)
            .Select(member => new KnownMember(HostAndPort.Parse(member.Machine.Name), member.Machine.IsCandidate))]);
    }

    private void Search(Life life)
    {
        var others = Others(life);
        if (others.Select(other => other.Life).OfType<Life>().FirstOrDefault(other => Hears(life, other) && MayLetIn(other)) is { } member)
        {
            var cluster = member.Cluster!;
            cluster.Members.Add(life);
            foreach (var one in cluster.Members.Where(one => one == life || one.Cluster == cluster).ToArray()) Become(one, cluster);
            return;
        }

        Contact[] contacts = [.. others.Select(other => new Contact(
            other.IsCandidate, other.Life is null && other.Side == life.Machine.Side, other.Life is { } found && Hears(life, found) ? Standing(found) : null))];
        if (!FormingRule.Forms(Standing(life), !life.Machine.IsExperienced, contacts, Now - life.Since, FormAfter)) return;
        var formed = new Cluster();
        formed.Members.Add(life);
        Become(life, formed);
        world.Log?.Add($"{Now} {life} forms a cluster");
    }

    /// <summary>While a member is silent, nobody becomes one.</summary>
    private bool MayLetIn(Life member) => member.Cluster is { } cluster && cluster.Members.Contains(member)
        && cluster.Members.All(one => one.Cluster == cluster && one.IsHeardAt(Now) && one.Machine.Side == member.Machine.Side);

    private void Survey(Life life)
    {
        if (life.IsOver || life.Cluster is not { } cluster) return;
        var own = Standing(life);
        if (own.Coordinator is not null && own.Coordinator != own.Address) return;
        foreach (var other in Others(life).Select(other => other.Life).OfType<Life>().Where(other => Hears(life, other) && !cluster.Members.Contains(other))
            .ToArray())
        {
            if (SupersedingRule.IsSuperseded(Standing(other), other.Cluster?.Members.Select(member => member.Machine.Name) ?? [], own))
                world.Fall(other, "it was superseded");
            if (other.IsOver || !MergingRule.GivesWay(own, Standing(other))) continue;
            foreach (var member in cluster.Members.Where(member => member.Cluster == cluster && member.Machine.Side == life.Machine.Side).ToArray())
                world.Fall(member, "its cluster gives way");
            return;
        }
    }

    /// <summary>Who was put out finds out when it hears from the others, a moment later.</summary>
    private void NoticeRemoval(Life life)
    {
        if (life.IsOver || !Awake.Any(other => other.Cluster != life.Cluster && other.Cluster?.Removed.Contains(life) == true && Hears(life, other)))
            return;
        if (life.FallsAt is null) life.FallsAt = Now + TimeSpan.FromMilliseconds(world.Random.Next(2500));
        else if (life.FallsAt <= Now) world.Fall(life, "the others go on without it");
    }

    private Machine[] Others(Life life)
    {
        var known = new KnownMembers(life.Machine.Folder).Read();
        return [.. world.Machines.Where(other => other != life.Machine && (other.IsCandidate || known.Any(one => one.Address.ToString() == other.Name)))];
    }

    private bool Hears(Life one, Life other) => other.IsHeardAt(Now) && one.Machine.Side == other.Machine.Side;
}

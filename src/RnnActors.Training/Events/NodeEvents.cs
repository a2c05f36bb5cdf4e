namespace RnnActors.Training.Events;

/// <summary>An event of a node or its cluster, for people and programs that watch.</summary>
public abstract record NodeEvent
{
    /// <summary>The event as a sentence without its full stop.</summary>
    public abstract string Text { get; }

    /// <summary>Whether somebody may have to act.</summary>
    public virtual bool IsWarning => false;
}

/// <summary>The node listens.</summary>
public sealed record NodeListening(string Address, string Roles, int Workers) : NodeEvent
{
    public override string Text => $"Listening at {Address}: {Roles}, {(Workers == 1 ? "1 worker" : $"{Workers} workers")}";
}

/// <summary>No node that could let this one in has answered yet.</summary>
public sealed record JoinPending(string Contacts, double Seconds) : NodeEvent
{
    public override string Text => $"No answer from {Contacts} for {Seconds:0} s: trying again until there is one";

    public override bool IsWarning => true;
}

/// <summary>The node is a member.</summary>
public sealed record ClusterJoined(string Address, int Members) : NodeEvent
{
    public override string Text => Members == 1 ? $"Formed a cluster. Others join it with --join {Address}" : $"Joined a cluster of {Members} nodes";
}

/// <summary>Another node became a member.</summary>
public sealed record MemberJoined(string Address, string Roles) : NodeEvent
{
    public override string Text => $"{Address} joined: {Roles}";
}

/// <summary>Another node's heartbeats are missing.</summary>
public sealed record MemberSuspected(string Address) : NodeEvent
{
    public override string Text => $"{Address} is silent";

    public override bool IsWarning => true;
}

/// <summary>A node that was silent is heard again.</summary>
public sealed record MemberTrusted(string Address) : NodeEvent
{
    public override string Text => $"{Address} is heard again";
}

/// <summary>Another node left in order.</summary>
public sealed record MemberLeft(string Address) : NodeEvent
{
    public override string Text => $"{Address} left";
}

/// <summary>The cluster goes on without a node.</summary>
public sealed record MemberLost(string Address) : NodeEvent
{
    public override string Text => $"Lost {Address}";

    public override bool IsWarning => true;
}

/// <summary>Where the coordinator is.</summary>
/// <param name="Address">Null while there is none.</param>
public sealed record CoordinatorChanged(string? Address, bool IsHere) : NodeEvent
{
    public override string Text => Address is null ? "There is no coordinator" : IsHere ? "This node is the coordinator" : $"The coordinator is {Address}";

    public override bool IsWarning => Address is null;
}

/// <summary>The cluster goes on without this node, which starts its actors again and asks to be let in.</summary>
public sealed record NodeRejoining(string Reason, string Contacts) : NodeEvent
{
    public override string Text => $"{Reason}. This node has stopped its work and looks for {Contacts}; data and caches are kept";

    public override bool IsWarning => true;
}

/// <summary>After a network partition there are two clusters, and the nodes of this one join the other.</summary>
/// <param name="Coordinator">The other cluster's.</param>
public sealed record ClusterGivesWay(string Coordinator, int Members) : NodeEvent
{
    public override string Text => $"There is another cluster, of {Coordinator} with {Members} members: the nodes of this one join it";

    public override bool IsWarning => true;
}

/// <summary>The node left in order.</summary>
public sealed record NodeLeft : NodeEvent
{
    public override string Text => "Left the cluster";
}

/// <summary>The coordinator runs another version of RnnActors, which decides nothing: where they cannot train together, the node is refused.</summary>
public sealed record VersionDiffers(string Address, string Theirs, string Ours) : NodeEvent
{
    public override string Text => $"{Address} runs RnnActors {Theirs}, and this node {Ours}";
}

/// <summary>A connection from outside the cluster was turned away.</summary>
/// <param name="Reason">As a sentence without its full stop.</param>
public sealed record PeerRefused(string Address, string Reason) : NodeEvent
{
    public override string Text => $"{Address} was turned away: {Reason}";

    public override bool IsWarning => true;
}

/// <summary>A notice of the node's actors: about runs, data, checkpoints.</summary>
public sealed record NodeNotice(string Message) : NodeEvent
{
    public override string Text => Message;
}

/// <summary>Something about runs.</summary>
public sealed record RunNews(string News) : NodeEvent
{
    public override string Text => News;
}

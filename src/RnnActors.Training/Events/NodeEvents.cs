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

/// <summary>The cluster went on without this node, which was about to be let in.</summary>
public sealed record NodeNotLetIn(string Contacts) : NodeEvent
{
    public override string Text => $"The cluster went on without this node before it was let in. It asks again: {Contacts}";

    public override bool IsWarning => true;
}

/// <summary>After a network partition there are two clusters; the nodes of this one join the other.</summary>
/// <param name="Coordinator">The other cluster's coordinator.</param>
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

/// <summary>The coordinator runs another version of RnnActors. The node is refused only where the two cannot train together.</summary>
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

/// <summary>Somebody connects to this node's port and asks for another name. Messages to that name are dropped.</summary>
/// <param name="Name">The name that was asked for.</param>
/// <param name="Own">The node's own names.</param>
public sealed record NameRefused(string Name, string Own) : NodeEvent
{
    public override string Text =>
        $"A message for {Name} was refused: this node goes by {Own}. Ask it by that name, or start it with --also-known-as {Name}";

    public override bool IsWarning => true;
}

/// <summary>The node's actor system did not end in time, and was abandoned.</summary>
public sealed record NodeAbandoned(string Address, double Seconds) : NodeEvent
{
    public override string Text =>
        $"The actors of {Address} did not end within {Seconds:0.#} s and were given up: its ports are closed, "
        + "and threads of theirs may go on until the process ends";

    public override bool IsWarning => true;
}

/// <summary>Other users of the machine may read the node's directory.</summary>
/// <param name="Warning">As a sentence without its full stop.</param>
public sealed record DirectoryOpen(string Warning) : NodeEvent
{
    public override string Text => Warning;

    public override bool IsWarning => true;
}

/// <summary>The node's certificates were read again, since their files have changed.</summary>
/// <param name="Until">UTC.</param>
/// <param name="Revoked">How many certificates are not trusted any more.</param>
public sealed record CertificatesReloaded(string Subject, DateTime Until, int Revoked) : NodeEvent
{
    public override string Text =>
        $"Certificates were read again: {Subject}, valid until {Until:yyyy-MM-dd HH:mm} UTC, {Revoked} revoked. "
        + "New channels show the certificate, remoting does when the node starts again; authority and list apply at once";
}

/// <summary>Changed certificates cannot be used; the previous ones stay in force.</summary>
/// <param name="Reason">As a sentence without its full stop.</param>
public sealed record CertificatesUnusable(string Reason) : NodeEvent
{
    public override string Text => $"The changed certificates cannot be used, and the previous ones stay: {Reason}";

    public override bool IsWarning => true;
}

/// <summary>A certificate expires soon.</summary>
/// <param name="Warning">As a sentence without its full stop.</param>
public sealed record CertificateExpires(string Warning) : NodeEvent
{
    public override string Text => Warning;

    public override bool IsWarning => true;
}

/// <summary>A message of the node's actors about runs, data or checkpoints.</summary>
public sealed record NodeNotice(string Message) : NodeEvent
{
    public override string Text => Message;
}

/// <summary>News of the cluster's runs.</summary>
public sealed record RunNews(string News) : NodeEvent
{
    public override string Text => News;
}

using Akka.Actor.Setup;

namespace RnnActors.Training.Membership;

/// <summary>Why a node's actor system ends by itself, for people. The first reason is kept, since later ones follow from it.</summary>
public sealed class NodeEnd : Setup
{
    private string? _reason;

    /// <summary>A sentence without its full stop.</summary>
    public string Reason => Volatile.Read(ref _reason) ?? "The cluster has taken this node out";

    /// <summary>Whether it ends by itself.</summary>
    public bool IsDecided => Volatile.Read(ref _reason) is not null;

    public void Because(string reason) => Interlocked.CompareExchange(ref _reason, reason, null);
}
